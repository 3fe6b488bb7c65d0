"""Flowcharts in Mermaid, whatever the texts in them say."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable

import attrs

# What ends a text, begins an entity, a directive or HTML, or is Markdown, which Mermaid reads in every
# label: an underscore only at the edge of a word, a number or a dash only where a list could begin.
_STEERING = re.compile(
    r"""["#<>&%`\\*~\[\]{}|]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?:(?<=^\d)|(?<=^\d\d)|(?<=^\d{3}))[.)]|^[-+]"""
)
MOST_TEXT = 300
_CONFIGURED = ("---", "config:", "  flowchart:", "    wrappingWidth: 420", "---")


class Shape(enum.Enum):
    """The outline of a node: what stands before and behind its text."""

    BOX = ("[", "]")
    ROUND = ("(", ")")
    PILL = ("([", "])")
    HEXAGON = ("{{", "}}")
    DOUBLE = ("[[", "]]")


def escaped(text: str) -> str:
    """A text as the label of a node: nothing in it can end the label or be taken for markup."""
    if len(text) > MOST_TEXT:
        text = text[: MOST_TEXT - 1].rstrip() + "…"
    plain = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return _STEERING.sub(lambda found: f"#{ord(found.group())};", " ".join(plain.split()))


@attrs.define
class Flowchart:
    """A flowchart that is being drawn; nodes are numbered, so no text can be a word of Mermaid.

    Args:
        direction: ``LR`` from left to right, ``TD`` from above.
        styles: How nodes of a kind look, by name.
    """

    direction: str
    styles: dict[str, str] = attrs.field(factory=dict)
    _lines: list[str] = attrs.field(factory=list)
    _nodes: dict[object, str] = attrs.field(factory=dict)
    _edges: dict[tuple[str, str, str, str], None] = attrs.field(factory=dict)

    def node(
        self, key: object, lines: Iterable[str], shape: Shape = Shape.BOX, style: str = ""
    ) -> str:
        """A node, drawn once for each key; the name that edges call it by."""
        if key not in self._nodes:
            name = self._nodes[key] = f"n{len(self._nodes)}"
            before, behind = shape.value
            label = "<br/>".join(escaped(line) for line in lines if line)
            kind = f":::{style}" if style else ""
            self._lines.append(f'{name}{before}"{label}"{behind}{kind}')
        return self._nodes[key]

    def has(self, key: object) -> bool:
        """Whether a node is drawn."""
        return key in self._nodes

    def edge(self, start: str, end: str, label: str = "", arrow: str = "-->") -> None:
        """An arrow, drawn once."""
        self._edges[start, arrow, f'|"{escaped(label)}"|' if label else "", end] = None

    def text(self) -> str:
        """The whole flowchart."""
        lines = [*_CONFIGURED, f"flowchart {self.direction}"]
        lines += [f"  {line}" for line in self._lines]
        lines += [f"  {start} {arrow}{label} {end}" for start, arrow, label, end in self._edges]
        lines += [f"  classDef {name} {style}" for name, style in self.styles.items()]
        return "\n".join(lines) + "\n"
