"""People whom a command made up, as files of facts to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset


def as_file(facts: Facts, ruleset: Ruleset, by: str) -> str:
    """A file of facts; where every red flag is answered with no, in one line.

    Args:
        facts: The person.
        ruleset: The rules whose words they use.
        by: What made them up: "a proof".
    """
    from glutemed.cli.facts_file import as_yaml
    from glutemed.model.facts import Facts as Made

    stated = facts.stated()
    flags = [flag.name for flag in ruleset.vocabulary.red_flags]
    clear = bool(flags) and all(stated.get(flag) is False for flag in flags)
    if clear:
        others = {name: value for name, value in stated.items() if name not in flags}
        facts = Made.of(others, facts.declined)
    told = [line for line in as_yaml(facts, ruleset).splitlines() if not line.startswith("#")]
    if clear:
        told = [*(line for line in told if line != "{}"), "screening: clear"]
    return "\n".join((f"# A person made up by {by} (rules {ruleset.version}).", *told, ""))


def lines(facts: Facts, ruleset: Ruleset, indent: int) -> list[str]:
    """The facts of such a person, to print."""
    told = as_file(facts, ruleset, "").splitlines()
    return [f"{' ' * indent}{line}" for line in told if not line.startswith("#")]
