"""`glutemed rules new`: the first version of a rule file."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from glutemed.cli import exits, files, screen
from glutemed.cli.examples import Example
from glutemed.cli.new_answers import CONCLUSIONS, ask_for_the_rest, asked
from glutemed.cli.options import rules_option
from glutemed.model.frozen import Frozen

if TYPE_CHECKING:
    from glutemed.rulebook.beginnings import Beginning

KINDS = ("fact", "condition", "rule", "exercise", "hazard", "case")
_ID = {
    "fact": "complaint.shin_hurts",
    "condition": "sore_shin",
    "rule": "rest-a-sore-shin",
    "exercise": "heel-slide",
    "hazard": "no-hop-on-a-sore-shin",
}
_MOST_FIGURES = 4
_DISAGREE = frozenset({"GM248", "GM249"})


@frozen
class Wanted:
    """What is begun.

    Args:
        kind: What it is.
        identity: Its id or its name.
        pack: The name of its pack.
        given: What is known, by key, as YAML.
        concludes: The kind of a rule's conclusion; empty where it is not known.
    """

    kind: str
    identity: str
    pack: str
    given: Frozen[str, str]
    concludes: str


@click.command(
    "new",
    cls=Example,
    examples=(
        "glutemed rules new condition sore_shin",
        "glutemed rules new rule rest-a-sore-shin --then contraindicate",
        "glutemed rules new rule not-before-ten --set 'when={person.age: {below: 10}}'",
        "glutemed rules new exercise heel-slide --set position=supine --set lies_on=none",
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
@click.option("--no-figure", is_flag=True, help="Begin no figure for an exercise.")
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
    no_figure: bool,
    ask: bool | None,
    force: bool,
    rules: tuple[str, ...],
) -> int:
    """Begin a file with a new fact, condition, rule, exercise, hazard or case.

    What you give stands in it; what is open says TODO, each with what belongs there, and is named on
    stderr. Until it is filled in `glutemed rules check` refuses the file at those lines, and at no
    other. Of a case the ID is its name, in words; of a fact it is its name, like subject.name. An
    exercise whose position is given gets the beginning of a figure, copied from a bundled one.
    """
    asking = sys.stdin.isatty() if ask is None else ask
    given = _given(kind, settings)
    if concludes is not None and kind != "rule":
        raise click.UsageError("--then is for a rule.")
    if identity is None:
        identity = (given.pop("name", "").strip("\"'") if kind == "case" else "") or asked(
            f"The {_called(kind)} of the {kind}"
            + (f", such as {_ID[kind]}: " if kind in _ID else ", in words: ")
            if asking
            else ""
        )
    if not identity:
        raise click.UsageError(f"Give the {_called(kind)} of the {kind}.")
    _fits(kind, identity)
    slug = _slug(identity)
    path = output or Path(f"{slug}.yaml")
    if path.exists() and not force:
        raise click.UsageError(f"{str(path)!r} is there already; --force writes over it")
    if asking:
        given, concludes = ask_for_the_rest(kind, given, concludes, rules)
    wanted = Wanted(kind, identity, pack or slug, Frozen(given), concludes or "")
    made = _made(wanted, rules, figure=not no_figure)
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


def _called(kind: str) -> str:
    """What names a thing of a kind."""
    return "name" if kind in ("case", "fact") else "id"


def _fits(kind: str, identity: str) -> None:
    if kind == "case":
        return
    from glutemed.rulebook.declarations import FACT_NAME
    from glutemed.rulebook.form import KEBAB, SNAKE

    pattern = {"condition": SNAKE, "fact": FACT_NAME}.get(kind, KEBAB)
    if not pattern.match(identity):
        said = f"the {_called(kind)} of a {kind} is like {_ID[kind]}, not {identity!r}"
        raise click.UsageError(said)


def _slug(identity: str) -> str:
    words = re.findall(r"[a-z0-9]+", identity.lower())
    slug = "-".join(words)[:60].strip("-")
    return slug if slug[:1].isalpha() else f"new-{slug}".strip("-")


def _made(wanted: Wanted, rules: tuple[str, ...], *, figure: bool) -> Beginning:
    from glutemed.cli.given import ruleset
    from glutemed.rulebook.beginnings import MARK
    from glutemed.rulebook.begun_figures import begun_figures
    from glutemed.rulebook.found_examples import found_examples

    given = wanted.given
    found: tuple[str, ...] = ()
    if wanted.kind == "rule" and "when" in given and "each" not in given:
        found = found_examples(given["when"], ruleset(rules).quantities)
    if wanted.kind != "exercise" or not figure or "figure" in given:
        return _begun(wanted, examples=found)
    if "position" not in given:
        screen.note(
            "No figure was begun, because the position is open; --set position=... gives it."
        )
        return _begun(wanted)
    best, fewest = None, 0
    tried = _MOST_FIGURES if {"hip", "knee_flexion_deg"} <= set(given) else 1
    for copied in islice(begun_figures(ruleset(rules), given, wanted.identity), tried):
        made = _begun(wanted, figure=copied.lines(MARK, fits=True))
        wrong = _disagreeing(made, rules)
        if not wrong:
            return made
        if best is None or wrong < fewest:
            best, fewest = copied, wrong
    return _begun(wanted, figure=best.lines(MARK, fits=False) if best else ())


def _begun(
    wanted: Wanted, *, examples: tuple[str, ...] = (), figure: tuple[str, ...] = ()
) -> Beginning:
    from glutemed.rulebook.beginnings import begin

    try:
        return begin(
            wanted.kind,
            wanted.identity,
            wanted.pack,
            wanted.given,
            concludes=wanted.concludes,
            examples=examples,
            figure=figure,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _disagreeing(made: Beginning, rules: tuple[str, ...]) -> int:
    """In how many things a figure and its row disagree."""
    from glutemed.model.diagnostic import Text
    from glutemed.rulebook.files import RuleTexts
    from glutemed.rulebook.load import of

    name = "begun.yaml"
    texts = RuleTexts.under(rules)
    _, found = of(texts._replace(added=(*texts.added, Text(name, made.text))))
    return sum(one.code in _DISAGREE and one.span.text.name == name for one in found)


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
