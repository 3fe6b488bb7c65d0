"""`glutemed rules check`: everything that is wrong with rule files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option

if TYPE_CHECKING:
    from glutemed.cli.rules_languages import Language
    from glutemed.model.diagnostic import Diagnostic
    from glutemed.model.ruleset import Ruleset


@click.command(
    "check",
    cls=Example,
    examples=(
        "glutemed rules check",
        "glutemed rules check --format json",
        "glutemed rules check --format sarif > rules.sarif",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@click.option("--watch", is_flag=True, help="Check again at each save, until Ctrl-C.")
@click.option("--language", metavar="TAG", help="Tell what a language lacks instead, such as `de`.")
@format_option("human", "plain", "json", "sarif", "github")
def command(paths: tuple[str, ...], watch: bool, language: str | None, form: str) -> int:
    """Find everything that is wrong with the bundled rules and with files or folders added to them.

    All faults are shown at once, each with its place, a code and what to try. The exit code is 3
    where one of them is an error, else 0. It also counts what other languages lack, and what no
    speaker has reviewed; --language tells it text by text. --format sarif and github are for CI, which shows the
    faults beside the lines.
    """
    if language is not None:
        return _language(paths, language)
    if not watch:
        return _check(paths, form)
    if form not in ("human", "plain"):
        raise click.UsageError(f"--watch is for people, so it has no --format {form}.")
    try:
        _watch(paths, form)
    except KeyboardInterrupt:
        screen.note("\nStopped.")
    return exits.INTERRUPTED


def _watch(paths: Sequence[str], form: str) -> None:
    """Check, and again at each save; ends with Ctrl-C alone."""
    from glutemed.cli.watching import saves
    from glutemed.rulebook.load import bundled, files

    saved = saves([bundled(), *map(Path, paths)], files)
    _check(paths, form)
    screen.note("Checking again at each save; Ctrl-C ends it.")
    for changed in saved:
        screen.note(f"\n{', '.join(path.name for path in changed)} saved")
        _check(paths, form)


def _check(paths: Sequence[str], form: str) -> int:
    """Check once; the exit code."""
    from glutemed.rulebook.load import load

    ruleset, found = load(paths)
    if form in ("sarif", "github"):
        _annotate(found, form)
    else:
        screen.diagnostics(found, form, err=False)
    spoken: tuple[Language, ...] = ()
    if ruleset is not None and form in ("human", "plain"):
        from glutemed.cli.rules_languages import languages, tell_faults

        spoken = languages(ruleset, paths)
        tell_faults(spoken)
    if form == "human":
        _sum_up(ruleset, found, spoken)
    wrong = ruleset is None or any(language.is_wrong for language in spoken)
    return exits.RULES_INVALID if wrong else exits.DONE


def _language(paths: Sequence[str], tag: str) -> int:
    """Tell what a language lacks; the exit code."""
    from glutemed.cli import given
    from glutemed.cli.rules_languages import languages, tell, tell_faults

    found = [one for one in languages(given.ruleset(paths), paths) if one.tag == tag]
    if not found:
        raise click.UsageError(f"there are no catalogues in {tag!r}; `rules translate` begins them")
    tell_faults(found)
    tell(found[0])
    return exits.RULES_INVALID if found[0].is_wrong else exits.DONE


def _annotate(found: Sequence[Diagnostic], form: str) -> None:
    from glutemed.render.annotations import as_github, as_sarif

    if form == "sarif":
        click.echo(as_sarif(found))
    elif found:
        screen.out(as_github(found))


def _sum_up(
    ruleset: Ruleset | None, found: Sequence[Diagnostic], spoken: Sequence[Language]
) -> None:
    from glutemed.model.diagnostic import Severity
    from glutemed.render.words import count

    errors = sum(one.severity is Severity.ERROR for one in found)
    warnings = count(len(found) - errors, "warning")
    if found:
        screen.out("")
    text = f"{count(errors, 'error')}, {warnings}"
    if ruleset is not None:
        text += (
            f": {count(len({rule.written for rule in ruleset.written_rules}), 'rule')}, "
            f"{count(len(ruleset.exercises), 'exercise')}, "
            f"{count(len(ruleset.hazards), 'hazard')}, "
            f"{count(len(ruleset.cases), 'case')}, "
            f"{''.join(f'{language.summary()}, ' for language in spoken)}all examples come true"
        )
    screen.out(f"{text}.")
