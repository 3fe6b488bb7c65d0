"""How messages are worded: an author's word within one, and what a parser says, for people who write none."""

from __future__ import annotations

import re

from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text

_MOST_SHOWN = 60


def shown(word: object) -> str:
    """An author's word as it may stand in a message: one line, not long, nothing unprintable."""
    line = " ".join(str(word).split())
    line = line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 3] + "..."
    return "".join(
        char if char.isprintable() and char != "`" else f"\\u{ord(char):04x}" for char in line
    )


def reading_error(code: str, message: str, span: Span, help: str | None = None) -> Diagnostic:
    """A fault that keeps a text from being read."""
    return Diagnostic(code, Severity.ERROR, message, span, help)


def sign_not_allowed(what: str, sign: str, span: Span) -> Diagnostic:
    """An anchor, an alias or a tag; often a sentence that happens to begin with such a sign."""
    written = re.compile(rf"{re.escape(sign)}[^\s,\[\]{{}}]*").search(span.text.content, span.start)
    if written is not None and written.start() < max(span.end, span.start + 1):
        span = Span(span.text, written.start(), written.end())
    advice = f"write it out; a text that begins with `{sign}` must be in quotes"
    return reading_error("GM105", f"{what} is not allowed", span, advice)


def not_yaml(text: Text, error: Exception, shift: int) -> Diagnostic:
    """What a YAML parser says, in words for people who write no parsers."""
    size = len(text.content)
    problem = str(getattr(error, "problem", None) or "this is not YAML")
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None)
    offset = min(mark.index + shift, size) if mark is not None else 0
    if begun is not None and any(part in context for part in ("flow", "quoted")):
        begun_at = min(begun.index + shift, size)
        if "flow mapping" in context or "flow sequence" in context or "end of stream" in problem:
            offset = begun_at
    found = text.content[offset : offset + 1]
    for name, sign in (("anchor", "&"), ("alias", "*")):
        if name in context and begun is not None:
            return sign_not_allowed(
                f"an {name}", sign, Span(text, min(begun.index + shift, size), size)
            )
    message, advice = _gentle(problem), None
    for sign, said, tip in _YAML_SAYS:
        if sign in f"{context}: {problem}" or sign == found:
            message, advice = said, tip
            break
    if "cannot start any token" in problem and found != "\t":
        message = f"a text without quotes cannot begin with {_named(found)}"
        advice = "put the text in quotes"
    return reading_error("GM102", message, Span(text, offset, min(offset + 1, size)), advice)


def _named(char: str) -> str:
    return "a backtick" if char == "`" else f"`{shown(char)}`"


_IN_COLUMNS = "lines of one list, or of one mapping, begin in the same column"
_YAML_SAYS: tuple[tuple[str, str, str | None], ...] = (
    ("\t", "a tab cannot indent a line", "indent with spaces"),
    (
        "mapping values are not allowed",
        "there cannot be a `:` here",
        "put a text with a colon in quotes; else look at the indentation, and at the line above",
    ),
    (
        "parsing a flow node",
        "the text ends before this is complete",
        "a bracket or brace that is open must be closed",
    ),
    ("quoted scalar: found unexpected end", "the quote that begins here is not closed", None),
    ("quoted scalar: found unexpected document", "the quote that begins here is not closed", None),
    ("unknown escape", "an unknown escape behind a backslash", "write the backslash twice"),
    (
        "parsing a flow",
        "the bracket or brace that begins here is not closed",
        "or a comma is missing in it",
    ),
    ("scanning a simple key", "this line has no `:`", "a key needs `: ` and a value behind it"),
    ("expected '-' indicator", "this line fits nothing above it", _IN_COLUMNS),
    ("<block end>", "this line fits nothing above it", _IN_COLUMNS),
    ("did not find expected key", "this line fits nothing above it", _IN_COLUMNS),
    ("block sequence entries", "a list cannot begin here", "begin it in a line of its own"),
    ("document start", "this does not belong to what stands above it", _IN_COLUMNS),
    ("node content", "something is missing here", None),
)


def not_json(text: Text, problem: str, offset: int) -> Diagnostic:
    """What the JSON parser says, in the same words whatever the version of Python."""
    content = text.content
    offset = min(offset, len(content))
    before = content[:offset].rstrip()
    if content[offset : offset + 1] in ("}", "]") and before.endswith(","):
        offset = len(before) - 1
    said = next((words for sign, words in _JSON_SAYS if sign in problem), "it cannot be read")
    if content[offset : offset + 1] == "," and content[offset + 1 :].lstrip()[:1] in ("}", "]"):
        said = "there is a comma too many"
    span = Span(text, offset, min(offset + 1, len(content)))
    return reading_error("GM102", f"this is not JSON: {said}", span)


_JSON_SAYS = (
    ("Expecting property name", "a name in double quotes is missing"),
    ("',' delimiter", "a comma or a closing bracket is missing"),
    ("':' delimiter", "a colon is missing"),
    ("Expecting value", "a value is missing"),
    ("Extra data", "something stands behind the end"),
    ("Unterminated string", "a text is not closed"),
    ("Invalid control character", "a line break or a control character stands inside a text"),
    ("escape", "there is an unknown escape behind a backslash"),
)


def _gentle(problem: str) -> str:
    return problem[:1].lower() + problem[1:].rstrip(".").replace("`", "'")
