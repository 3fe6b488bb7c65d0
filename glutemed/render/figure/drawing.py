"""Bodies → SVG: layers from far to near, each one silhouette."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain

from glutemed.model.exercise import Exercise
from glutemed.model.figure import Figure
from glutemed.render.figure.arrow import Arrow, arrow
from glutemed.render.figure.band import Loop, across, band, belt, cuff, dumbbell, post
from glutemed.render.figure.camera import Camera, camera, number, outline
from glutemed.render.figure.cushion import below
from glutemed.render.figure.flesh import Ball, Part, flesh
from glutemed.render.figure.floor import step_height
from glutemed.render.figure.layers import Layer, dense, layers
from glutemed.render.figure.press import Push, push
from glutemed.render.figure.props import Drawn, ground, thing
from glutemed.render.figure.scene import PHASES, Scene, scene
from glutemed.render.figure.skeleton import Body

_INK = "#1b2733"
_BACK = ("trunk", "pelvis")
_MARGIN = 7.0
_GAP = 14.0
_FILLS = {
    "skin": "#ffffff",
    "far": "#e3e6e9",
    "shirt": "#f4f5f6",
    "shorts": "#c3c9cf",
    "hair": "#5d6670",
    "working": "#66a9df",
    "mat": "#eef1f3",
    "mat side": "#d3d9de",
    "floor": "#f1f3f4",
    "weight": "#3d4650",
    "pillow": "#efe4cc",
    "roll": "#efe4cc",
    "roll side": "#e2d3b3",
    "band": "#d65f12",
    "belt": "#59636d",
}
_EDGES = {"band": "#7a2e00"}
_MOVES = "#c02f1d"
_LINES = {"working": 2.8}
_LINE = 1.9


def figure_svg(
    exercise: Exercise,
    figure: Figure,
    phase: str = "end",
    knee_flexion_deg: int | None = None,
    moment: str | None = None,
) -> str:
    """The start or the end of an exercise, as SVG.

    Args:
        exercise: Whose band, weight and depth are drawn.
        figure: How it begins and ends.
        phase: ``start`` or ``end``.
        knee_flexion_deg: The prescribed bend; by default the deepest of the exercise.
        moment: What the title calls the phase, in the language of the exercise.
    """
    made = scene(exercise, figure, knee_flexion_deg)
    name = _name(exercise, phase, knee_flexion_deg)
    return _sheet(made, (phase,), name, f": {moment or phase}")


def pair_svg(
    exercise: Exercise,
    figure: Figure,
    knee_flexion_deg: int | None = None,
    moment: str | None = None,
) -> str:
    """The start and the end of an exercise side by side, as SVG; the rest as in `figure_svg`."""
    made = scene(exercise, figure, knee_flexion_deg)
    name = _name(exercise, "both", knee_flexion_deg)
    return _sheet(made, PHASES, name, f": {moment or 'start and end'}")


def _name(exercise: Exercise, phase: str, depth: int | None) -> str:
    """An id that no other drawing has: no id of an exercise has an underscore."""
    return f"figure_{exercise.id}_{phase}" + ("" if depth is None else f"_{depth}")


def _sheet(made: Scene, phases: tuple[str, ...], name: str, what: str) -> str:
    view = camera(made.figure.view)
    step = step_height(made.exercise)
    figure = made.figure
    hooked = post(figure, made.start, made.exercise.load)
    around, over = list(ground(figure, (made.start, made.end), view)), list[Drawn]()
    soft: dict[str, list[Drawn]] = {}
    for prop in figure.props:
        is_over = hooked is not None and prop.kind == figure.band_to
        under = below(prop)
        among = soft.setdefault(under, []) if under else over if is_over else around
        among.extend(thing(prop, made.start, view, step))
    resting = {under: "".join(map(_drawn, found)) for under, found in soft.items()}
    way = _arrow(made, view, hooked)
    pushes = [found for press in figure.presses if (found := push(press, made.end, view))]
    things = [*around, *over, *chain.from_iterable(soft.values())]
    left, top, width, height = _box(things, [made.start, made.end], way, pushes, view)
    whole = len(phases) * width + (len(phases) - 1) * _GAP
    before, table = ("".join(map(_drawn, found)) for found in (around, over))
    inside = []
    for index, phase in enumerate(phases):
        is_end = phase == "end"
        body = made.end if is_end else made.start
        loop = band(body, made.exercise.load, view, hooked)
        far = before
        if hooked:  # what runs behind the table leg is behind all of the person too
            far += _loop(loop.behind, "band") + table
            loop = Loop(before=loop.before)
        person = _person(body, made, loop, view, resting)
        if is_end:
            person = f"{_ghost(made, view)}{person}{_shaft(way)}{_pushed(pushes)}"
        aside = number(index * (width + _GAP))
        inside.append(f'<g transform="translate({aside} 0)">{far}{person}</g>')
    name = escape(name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-t {name}-d" '
        f'viewBox="{number(left)} {number(top)} {number(whole)} {number(height)}">'
        f'<title id="{name}-t">{escape(made.exercise.name + what)}</title>'
        f'<desc id="{name}-d">{escape(made.figure.shows)}</desc>'
        f'<rect x="{number(left)}" y="{number(top)}" width="{number(whole)}" '
        f'height="{number(height)}" fill="#ffffff"/>{"".join(inside)}</svg>\n'
    )


def _person(body: Body, made: Scene, loop: Loop, view: Camera, resting: Mapping[str, str]) -> str:
    """A body, with what is worn, and each cushion just before the leg that lies on it."""
    load = made.exercise.load
    strap, fixed = cuff(body, load, view), belt(made.figure, body, view)
    ordered = layers(flesh(body), view)
    legs = [index for index, layer in enumerate(ordered) if layer.name.endswith(".leg")]
    found = []
    for index, layer in enumerate(ordered):
        if index == legs[-1]:
            found.append(resting.get("legs", ""))
        found.append(resting.get(layer.name, ""))
        if index == legs[0]:
            found += [_loop(loop.behind, "band"), _loop(fixed.behind, "belt")]
        if layer.name == "working.leg":
            found.append(_loop(strap.behind, "weight"))
        found.append(_layer(layer, view))
        if layer.name == "working.leg":
            found.append(_loop(strap.before, "weight"))
        if index == legs[-1]:
            found += [_loop(loop.before, "band"), _loop(fixed.before, "belt")]
    found.append(_loop(dumbbell(body, load, view), "weight"))
    return "".join(found)


def _layer(layer: Layer, view: Camera) -> str:
    """First every piece in ink and wide, then every piece in its colour: one silhouette."""
    outlines = [(kind, _paths(part, view)) for kind, part in layer.pieces]
    ink = "".join(
        f'<path d="{path}" stroke-width="{number(_LINES.get(kind, _LINE))}"/>'
        for kind, path in outlines
    )
    colour = "".join(f'<path d="{path}" fill="{_FILLS[kind]}"/>' for kind, path in outlines)
    joined = "".join(
        f'<path d="{_paths(part, view)}" fill="{_FILLS[kind]}"/>' for kind, part in layer.joints
    )
    return (
        f'<g data-part="{layer.name}"><g fill="{_INK}" stroke="{_INK}" stroke-linejoin="round">'
        f"{ink}</g>{colour}{joined}</g>"
    )


def _paths(part: Part, view: Camera) -> str:
    return "".join(outline([view.disc(ball) for ball in hull]) for hull in part.hulls)


def _loop(paths: Iterable[str], kind: str) -> str:
    edge = _EDGES.get(kind, _INK)
    return "".join(
        f'<path data-part="{kind}" d="{path}" fill="{_FILLS[kind]}" stroke="{edge}" '
        'stroke-width="1.3" stroke-linejoin="round"/>'
        for path in paths
    )


def _drawn(found: Drawn) -> str:
    kind = found.kind
    fill = _FILLS.get(kind) or ("#dfe4e8" if kind.endswith("side") else "#f3f5f6")
    line = "none" if kind == "floor" else "#8a949d"
    return f'<path data-part="{kind}" d="{found.path}" fill="{fill}" stroke="{line}" stroke-width="1.2"/>'


def _ghost(made: Scene, view: Camera) -> str:
    """Where the limb that moves was at the start, dashed."""
    side, _, part = made.figure.moves.partition("_")
    if not part:  # the pelvis, the chest and nothing leave no limb behind
        return ""
    parts = flesh(made.start)
    paths = "".join(_paths(parts[f"{side}.{name}"], view) for name in ("leg", "foot"))
    return (
        f'<g data-part="ghost"><path d="{paths}" fill="none" stroke="#5d6670" stroke-width="2.2" '
        f'stroke-dasharray="4 3.4"/><path d="{paths}" fill="#ffffff"/></g>'
    )


def _arrow(made: Scene, view: Camera, hooked: Ball | None) -> Arrow | None:
    path = [view.at(point) for point in made.path()]
    if not path:
        return None
    parts = flesh(made.end)
    balls = {ball for part in parts.values() for ball in part.balls}
    if made.figure.moves in {"pelvis", "chest"}:  # beside the back, never on it
        balls |= {ball for name in _BACK for hull in parts[name].hulls for ball in dense(hull)}
    discs = {view.disc(ball) for ball in (*balls, *across(made.end, made.exercise.load, hooked))}
    return arrow(path, sorted(discs))


def _shaft(found: Arrow | None) -> str:
    if found is None:
        return ""
    return (
        f'<g data-part="arrow"><path d="{found.shaft}" fill="none" stroke="#ffffff" '
        f'stroke-width="6.4" stroke-linecap="round"/><path d="{found.shaft}" fill="none" '
        f'stroke="{_MOVES}" stroke-width="3.2" stroke-linecap="round"/><path d="{found.head}" '
        f'fill="{_MOVES}" stroke="#ffffff" stroke-width="1"/></g>'
    )


def _pushed(found: Iterable[Push]) -> str:
    return "".join(
        f'<path data-part="press" d="{one.path}" fill="{_MOVES}" stroke="#ffffff" '
        'stroke-width="1.6" stroke-linejoin="round" paint-order="stroke"/>'
        for one in found
    )


def _box(
    around: list[Drawn],
    bodies: list[Body],
    way: Arrow | None,
    pushes: list[Push],
    view: Camera,
) -> tuple[float, float, float, float]:
    corners = [corner for found in around for corner in found.corners]
    corners += way.points if way else ()
    corners += [corner for one in pushes for corner in one.points]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    for made in bodies:
        for part in flesh(made).values():
            for ball in part.balls:
                x, y, radius = view.disc(ball)
                xs += [x - radius, x + radius]
                ys += [y - radius, y + radius]
    return (
        min(xs) - _MARGIN,
        min(ys) - _MARGIN,
        max(xs) - min(xs) + 2 * _MARGIN,
        max(ys) - min(ys) + 2 * _MARGIN,
    )
