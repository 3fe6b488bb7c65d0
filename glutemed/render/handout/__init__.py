"""An outcome as one page to print: what to do, when to stop, and a place to write."""

from __future__ import annotations

from glutemed.render.handout.content import NoSheet, handout
from glutemed.render.handout.lights import Bounds, bounds
from glutemed.render.handout.page import as_html
from glutemed.render.handout.pdf import GlyphMissing, PdfMissing, as_pdf
from glutemed.render.handout.sheet import PAPERS, Curves, Entry, Occasion, Picture, Sheet

__all__ = [
    "PAPERS",
    "Bounds",
    "Curves",
    "Entry",
    "GlyphMissing",
    "NoSheet",
    "Occasion",
    "PdfMissing",
    "Picture",
    "Sheet",
    "as_html",
    "as_pdf",
    "bounds",
    "handout",
]
