"""`glutemed rules new`: the first version of a rule file."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, files, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import rules_option

if TYPE_CHECKING:
    from glutemed.rulebook.beginnings import Beginning

KINDS = ("condition", "rule", "exercise", "case")
CONCLUSIONS = (
    "refer", "contraindicate", "caution", "indicate", "prefer", "limit", "derive", "score", "advise"
)  # fmt: skip
_ID = {"condition": "sore_shin", "rule": "rest-a-sore-shin", "exercise": "heel-slide"}
_LONGEST_LINE = 4096
_MOST_TRIES = 5


@click.command(
    "new",
    cls=Example,
    examples=(
        "glutemed rules new condition sore_shin",
        "glutemed rules new rule rest-a-sore-shin --then contraindicate",
        "glutemed rules new rule not-before-ten --set 'when={person.age: {below: 10}}'",
    ),
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("identity", metavar="[ID]", required=False)
@click.option("--pack", metavar="NAME", help="The name of its pack; by default made of the ID.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; by default ID.yaml.",
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Fill in one key, as it would stand in the file; may be repeated.",
)
@click.option(
    "--then",
    "concludes",
    type=click.Choice(CONCLUSIONS),
    help="What kind of conclusion a rule draws.",
)
@click.option(
    "--ask/--no-ask",
    default=None,
    help="Ask for what is not given; by default where stdin is a terminal.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
@rules_option
def command(
    kind: str,
    identity: str | None,
    pack: str | None,
    output: Path | None,
    settings: tuple[str, ...],
    concludes: str | None,
    ask: bool | None,
    force: bool,
    rules: tuple[str, ...],
) -> int:
    """Begin a file with a new condition, rule, exercise or case.

    What you give stands in it; what is open says TODO, each with what belongs there, and is named on
    stderr. Until it is filled in `glutemed rules check` refuses the file at those lines, and at no
    other. Of a case the ID is its name, in words.
    """
    asking = sys.stdin.isatty() if ask is None else ask
    given = _given(kind, settings)
    if concludes is not None and kind != "rule":
        raise click.UsageError("--then is for a rule.")
    if identity is None:
        identity = (given.pop("name", "").strip("\"'") if kind == "case" else "") or _asked(
            f"The {'name' if kind == 'case' else 'id'} of the {kind}"
            + (f", such as {_ID[kind]}: " if kind in _ID else ", in words: ")
            if asking
            else ""
        )
    if not identity:
        raise click.UsageError(f"Give the {'name' if kind == 'case' else 'id'} of the {kind}.")
    _fits(kind, identity)
    slug = _slug(identity)
    path = output or Path(f"{slug}.yaml")
    if path.exists() and not force:
        raise click.UsageError(f"{str(path)!r} is there already; --force writes over it")
    if asking:
        given = _ask_for_the_rest(kind, given, concludes)
    made = _made(kind, identity, pack or slug, given, concludes or "", rules)
    files.new(path, made.text, force=force)
    return _told(path, made, rules)


def _given(kind: str, settings: Sequence[str]) -> dict[str, str]:
    """What was given by ``--set``, by key, as YAML."""
    from glutemed.model.diagnostic import suggestion
    from glutemed.rulebook.beginnings import as_yaml, keys

    known = ("name", *keys(kind)) if kind == "case" else keys(kind)
    given = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise click.BadParameter("write it as KEY=VALUE", param_hint="'--set'")
        if key not in known:
            tail = suggestion(key, known) or f"it may be {', '.join(known)}"
            raise click.BadParameter(f"a {kind} has no key `{key}`; {tail}", param_hint="'--set'")
        given[key] = as_yaml(kind, key, value)
    return given


def _fits(kind: str, identity: str) -> None:
    if kind == "case":
        return
    from glutemed.rulebook.form import KEBAB, SNAKE

    pattern = SNAKE if kind == "condition" else KEBAB
    if not pattern.match(identity):
        raise click.UsageError(f"the id of a {kind} is like {_ID[kind]}, not {identity!r}")


def _slug(identity: str) -> str:
    words = re.findall(r"[a-z0-9]+", identity.lower())
    slug = "-".join(words)[:60].strip("-")
    return slug if slug[:1].isalpha() else f"new-{slug}".strip("-")


def _ask_for_the_rest(kind: str, given: dict[str, str], concludes: str | None) -> dict[str, str]:
    """Ask for every key that is open; an empty answer leaves it so."""
    from glutemed.document import compose
    from glutemed.model.diagnostic import Text
    from glutemed.rulebook.beginnings import GAPS, as_yaml

    screen.note("Press Enter where you do not know yet; it is then marked TODO.")
    answers = dict(given)
    for gap in GAPS[kind]:
        if gap.key in given or (gap.key == "then" and concludes):
            continue
        for _ in range(_MOST_TRIES):
            typed = _asked(f"{gap.key} ({gap.says}): ")
            if not typed:
                break
            value = as_yaml(kind, gap.key, typed)
            _, wrong = compose(Text(gap.key, f"{gap.key}: {value}"))
            if not wrong:
                answers[gap.key] = value
                break
            screen.note(wrong[0].message)
    return answers


def _asked(prompt: str) -> str:
    if not prompt:
        return ""
    screen.note(prompt, nl=False)
    raw = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not sys.stdin.isatty():
        screen.note("")
    return raw.decode("utf-8", "replace").strip()


def _made(
    kind: str,
    identity: str,
    pack: str,
    given: dict[str, str],
    concludes: str,
    rules: tuple[str, ...],
) -> Beginning:
    from glutemed.cli.given import ruleset
    from glutemed.rulebook.beginnings import begin
    from glutemed.rulebook.found_examples import found_examples

    found: tuple[str, ...] = ()
    if kind == "rule" and "when" in given and "each" not in given:
        found = found_examples(given["when"], ruleset(rules).quantities)
    try:
        return begin(kind, identity, pack, given, concludes=concludes, examples=found)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _told(path: Path, made: Beginning, rules: tuple[str, ...]) -> int:
    """Name what is open, and whatever else the check finds in what was given."""
    from glutemed.model.diagnostic import has_errors
    from glutemed.render.words import count
    from glutemed.rulebook.load import load

    for todo in made.todos:
        screen.note(f"{path}:{todo.line}: TODO: {todo.says}")
    lines = {todo.line for todo in made.todos}
    _, found = load((*rules, str(path)))
    more = tuple(
        one for one in found if one.span.text.name == str(path) and one.span.line not in lines
    )
    screen.diagnostics(more, "human", err=True)
    tail = f"; {count(len(lines), 'line')} to fill in" if lines else ""
    screen.note(f"Written to {path}{tail}. Then: glutemed rules check {path}")
    return exits.RULES_INVALID if has_errors(more) else exits.DONE
