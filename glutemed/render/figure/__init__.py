"""An exercise as a picture: joint angles → skeleton → flesh → outline → SVG."""

from __future__ import annotations

from glutemed.render.figure.drawing import figure_svg, pair_svg

__all__ = ["figure_svg", "pair_svg"]
