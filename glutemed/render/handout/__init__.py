"""An outcome as one page to print: what to do, when to stop, and a place to write."""

from __future__ import annotations

from glutemed.render.handout.content import NoSheet, handout
from glutemed.render.handout.page import as_html
from glutemed.render.handout.pdf import GlyphMissing, PdfMissing, as_pdf
from glutemed.render.handout.sheet import PAPERS, Occasion, Sheet

__all__ = [
    "PAPERS",
    "GlyphMissing",
    "NoSheet",
    "Occasion",
    "PdfMissing",
    "Sheet",
    "as_html",
    "as_pdf",
    "handout",
]
