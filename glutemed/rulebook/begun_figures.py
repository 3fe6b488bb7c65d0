"""A bundled figure → the beginning of another one: the same pose, to be changed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

import attrs

from glutemed.document import Mapping as MappingNode
from glutemed.document import Node, Sequence, compose
from glutemed.model.exercise import Exercise
from glutemed.model.ruleset import Ruleset

_ALIKE = ("weight_bearing", "support", "lies_on", "target", "step_cm", "kneels", "stage")


@attrs.frozen
class BegunFigure:
    """A copied figure.

    Args:
        identity: Its own id.
        like: The id of the exercise whose figure was copied.
        copied: Its lines but for the id and what it shows, as YAML.
    """

    identity: str
    like: str
    copied: tuple[str, ...]

    def lines(self, mark: str, *, fits: bool) -> tuple[str, ...]:
        """The figure as the item of a list.

        Args:
            mark: What begins a remark on an open end.
            fits: Whether its angles fit the row of the exercise; else that is open, too.
        """
        odd = f"change these angles, which are those of {self.like} and do not fit the row yet"
        alike = f"what one sees; change the angles before, which are those of {self.like}"
        shows = alike if fits else "what one sees, for somebody who cannot see it"
        return (
            f"- id: {self.identity}" + ("" if fits else f"  {mark}{odd}"),
            f'  shows: ""  {mark}{shows}',
            *self.copied,
        )


def begun_figures(
    ruleset: Ruleset, given: Mapping[str, str], identity: str
) -> Iterator[BegunFigure]:
    """The figures of bundled exercises in the position that is given, the most alike first.

    Args:
        ruleset: The rules whose figures are copied.
        given: What is known of the exercise, by key, as YAML; without a position there is none.
        identity: The id of the figure.
    """
    drawn = [
        exercise
        for exercise in ruleset.exercises
        if exercise.figure and exercise.position == given.get("position", "")
    ]
    taken: set[str] = set()
    for exercise in sorted(drawn, key=lambda one: (-_alike(one, given), one.rung, one.id)):
        if exercise.figure not in taken:
            taken.add(exercise.figure)
            yield BegunFigure(identity, exercise.id, _copied(ruleset, exercise))


def _alike(exercise: Exercise, given: Mapping[str, str]) -> int:
    """In how many attributes a bundled exercise is like the one that is begun."""
    known = {key: str(getattr(exercise, key)).lower() for key in _ALIKE}
    return sum(known[key] == given[key] for key in _ALIKE if key in given)


def _copied(ruleset: Ruleset, exercise: Exercise) -> tuple[str, ...]:
    """The lines of a figure but for its id and what it shows."""
    figure = ruleset.figure[exercise.figure]
    text = figure.span.text
    node, _ = compose(text)
    listed = node.get("figures") if isinstance(node, MappingNode) else None
    for item in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(item, MappingNode) and _named(item, figure.id):
            said = {str(key.value): value for key, value in item.entries}
            return tuple(
                line
                for key, value in said.items()
                if key not in ("id", "shows")
                for line in (f"  {key}:", *_indented(value))
            )
    raise AssertionError(f"{figure.id} is not in {text.name}")


def _named(item: MappingNode, identity: str) -> bool:
    found = item.get("id")
    return found is not None and getattr(found, "value", None) == identity


def _indented(value: Node) -> list[str]:
    """The value of a key as it stands, four columns in."""
    span = value.span
    start = span.text.content.rfind("\n", 0, span.start) + 1
    before = " " * (span.start - start)
    content = span.text.content[span.start : span.end]
    lines = textwrap.indent(textwrap.dedent(before + content), "    ").splitlines()
    while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):  # about what comes after
        lines.pop()
    return lines
