"""All figures on one page, to be looked at: `python docs/contact_sheet.py out.html [--png] [PATH ...]`.

Each exercise is drawn at its deepest bend, large and as small as a thumbnail; one whose depth is limited also at its
least. With PATHs, the rules under them stand in for the bundled ones. With `--png`, chromium writes `out.png` too.
`--only WORD` keeps the exercises whose id has that word in it; `--bare` leaves the names out.
"""

from __future__ import annotations

import argparse
import subprocess
from html import escape
from pathlib import Path

from glutemed.model.diagnostic import Text
from glutemed.model.exercise import Exercise
from glutemed.model.figure import Figure
from glutemed.render.diagnostics import plain
from glutemed.render.figure import pair_svg
from glutemed.render.figure.floor import lowest, supporting
from glutemed.render.figure.scene import scene
from glutemed.render.figure.skeleton import Body
from glutemed.rulebook import load
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft, parse

_WIDE, _ROW = 1400, 300


def drafted(paths: list[Path]) -> Draft:
    """What the rules say; a fault elsewhere in them does not keep the pictures away."""
    findings = Findings()
    texts: tuple[Text, ...] = load.texts(paths or [load.bundled()], findings)
    draft = parse(texts, findings)
    load.check.figures.check(draft, findings)
    print(plain(tuple(d for d in findings.sorted() if d.code not in {"GM221", "GM222"})))
    return draft


def page(draft: Draft, only: str, *, bare: bool) -> tuple[str, int]:
    """One row an exercise, and how many rows there are."""
    figures = {figure.id: figure for figure in draft.figures}
    rows = []
    for exercise in draft.exercises:
        if only not in exercise.id or exercise.figure not in figures:
            continue
        figure = figures[exercise.figure]
        drawn = pair_svg(exercise, figure)
        cells = f'<div class="large">{drawn}</div><div class="small">{drawn}</div>'
        least = exercise.knee_flexion_deg.least
        if exercise.depth_counts and least < exercise.knee_flexion_deg.most:
            cells += f'<div class="large">{pair_svg(exercise, figure, least)}</div>'
        name = "" if bare else f"<h2>{escape(exercise.id)}</h2>"
        rows.append(f"<section>{name}{cells}</section>")
    style = (
        f"body{{margin:0;font:13px sans-serif;background:#fff}}h2{{font-size:13px;width:120px}}"
        f"section{{display:flex;gap:16px;align-items:center;height:{_ROW - 1}px;"
        "border-bottom:1px solid #ccc;overflow:hidden}"
        ".large svg{height:280px;max-width:660px}.small svg{width:220px;max-height:140px}"
    )
    html = f'<!doctype html><meta charset="utf-8"><style>{style}</style>{"".join(rows)}'
    return html, len(rows)


def heights(exercise: Exercise, figure: Figure) -> str:
    """How high above the floor the soles, knees and hands are; whoever poses wants noughts here."""
    made = scene(exercise, figure)
    return f"{exercise.id}\n  start {_heights(made.start)}\n  end   {_heights(made.end)}"


def _heights(made: Body) -> str:
    soles = [f"{leg}_{part}" for leg in ("working", "other") for part in ("foot", "knee")]
    found = {name: lowest(supporting(made, name)) for name in (*soles, "hands", "buttocks")}
    found["shoulders"] = lowest(supporting(made, "shoulders"))
    ahead = made.points["pelvis"][0] - made.points["working.ankle"][0]
    listed = ", ".join(f"{name} {height:.0f}" for name, height in found.items())
    return f"{listed}; the pelvis {ahead:.0f} cm ahead of the working ankle"


def main() -> None:
    """Write the page."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("out", type=Path)
    given.add_argument("paths", type=Path, nargs="*")
    given.add_argument("--png", action="store_true")
    given.add_argument("--bare", action="store_true")
    given.add_argument("--only", default="")
    options = given.parse_intermixed_args()
    draft = drafted(options.paths)
    html, rows = page(draft, options.only, bare=options.bare)
    figures = {figure.id: figure for figure in draft.figures}
    for exercise in draft.exercises:
        if options.only in exercise.id and exercise.figure in figures:
            print(heights(exercise, figures[exercise.figure]))
    options.out.write_text(html, encoding="utf-8")
    if options.png:
        picture = options.out.with_suffix(".png").resolve()
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = f"--window-size={_WIDE},{max(rows, 1) * _ROW}"
        page_address = options.out.resolve().as_uri()
        subprocess.run(  # noqa: S603  # a fixed program, on a page that this script wrote
            [*command, f"--screenshot={picture}", size, page_address],
            check=True,
            capture_output=True,
        )
    print(f"{rows} exercises drawn")


if __name__ == "__main__":
    main()
