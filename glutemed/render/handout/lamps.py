"""The signs of the pain lights: three shapes, so that they are told apart without colour."""

from __future__ import annotations

from typing import Final

SHAPES: Final = {
    "green": '<circle cx="12" cy="12" r="10"/><path d="M7 12.5l3.5 3.5 6.5-7"/>',
    "amber": '<path d="M12 2.5L22.5 21H1.5z"/><path d="M12 9v5.5M12 17.8v.2"/>',
    "red": '<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/><path d="M8.3 8.3l7.4 7.4M15.7 8.3l-7.4 7.4"/>',
}
_COLOURS = {"green": "#14532d", "amber": "#6b3d00", "red": "#8a1a12"}


def lamp(colour: str) -> str:
    """The sign of a light as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="none" '
        f'stroke="{_COLOURS[colour]}" stroke-width="2.6" stroke-linecap="round" '
        f'stroke-linejoin="round">{SHAPES[colour]}</g></svg>'
    )
