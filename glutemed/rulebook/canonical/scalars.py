"""Single values as YAML: plain where that reads back the same, else in quotes, folded where long."""

from __future__ import annotations

from textwrap import wrap

from glutemed.document import Scalar, plain_scalar

_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")
_LETS_GO_ON = frozenset("-?:")
_IN_FLOW = frozenset(",[]{}?:")


def written(scalar: Scalar, *, flow: bool, prose: bool) -> str:
    """A value in one line.

    Args:
        scalar: The value.
        flow: Whether it stands in brackets or braces.
        prose: Whether only its words count, and not the white space between them.
    """
    value = scalar.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null" if flow else ""
    if not isinstance(value, str):
        return scalar.span.snippet
    text = " ".join(value.split()) if prose else value
    if isinstance(plain_scalar(text), str) and _is_plain(text, flow=flow):
        return text
    return quoted(text)


def key(word: str, *, flow: bool) -> str:
    """A key."""
    return word if _is_plain(word, flow=flow) else quoted(word)


def quoted(text: str) -> str:
    """A text in quotes; in single ones where that saves escapes."""
    clean = text.isprintable()
    if clean and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_escaped(char) for char in escaped) + '"'


def folded(text: str, indent: int, width: int) -> list[str] | None:
    """A text in lines of a width under ``>-``; None where it cannot be said like that."""
    if not text.isprintable():
        return None
    return wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    return f"\\U{ord(char):08x}"


def _is_plain(text: str, *, flow: bool) -> bool:
    if not text or text != text.strip() or not text.isprintable():
        return False
    if text[0] in _FIRST and (text[0] not in _LETS_GO_ON or text[1:2] in ("", " ", *_IN_FLOW)):
        return False
    if text.startswith(("---", "...")) or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and _IN_FLOW & set(text))
