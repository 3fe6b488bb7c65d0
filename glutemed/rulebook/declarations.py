"""Nodes → what a file declares: facts, conditions, derived values, scores and sources."""

from __future__ import annotations

import re

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.facts import BUILT_IN, SUBJECTS
from glutemed.model.frozen import Frozen
from glutemed.model.rule import DerivedValue, ScoreSum
from glutemed.model.ruleset import ClinicalSource, HealthCondition
from glutemed.model.vocabulary import RESERVED_VALUES, FactDeclaration, Kind
from glutemed.model.wording import shown
from glutemed.rulebook.form import KEBAB, MOST_NAME, SNAKE, Findings, Form

FACT_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
DERIVED_NAME = re.compile(r"derived\.[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
SCORE_NAME = re.compile(r"score\.[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
_DOI = re.compile(r"10\.\d{4,9}/\S+\Z")
_DOI_WITHIN = re.compile(r"10\.\d{4,9}/\S+")
_URL = re.compile(r"https?://\S+\Z")
_ICD = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\Z")
_RESERVED_SUBJECTS = frozenset({"derived", "score", "this"})
READ = ("full", "abstract", "secondary", "recalled")
STRENGTHS = ("strong", "moderate", "weak")
_MOST_INT = 10_000
_MOST_POINTS = 1_000_000


def fact(node: Node, pack: str, findings: Findings) -> FactDeclaration | None:
    """One entry of ``facts:``."""
    form = Form(node, findings, "fact")
    name = form.name("name", FACT_NAME, "like `subject.name`")
    kind = Kind(form.choice("type", tuple(kind.value for kind in Kind)) or "bool")
    label = form.text("label")
    ask = form.text("ask")
    red_flag = form.flag("red_flag", default=False)
    after = form.text("after", default="")
    form.items("contradicts")  # read once all facts are known; see `contradictions`
    least = most = 0
    unit = ""
    values: tuple[str, ...] = ()
    words: dict[str, str] = {}
    ordered = False
    silent: frozenset[str] = frozenset()
    if kind is Kind.INT:
        least, most = _range(form)
        unit = form.text("unit", default="")
    elif kind in (Kind.ENUM, Kind.SET):
        values, words = _values(form)
        if kind is Kind.ENUM:
            ordered = form.flag("ordered", default=False)
        elif form.choice("silence", ("unknown", "absent"), default="unknown") == "absent":
            silent = frozenset(values)
    form.close()
    if not name:
        return None
    subject, _, field = name.partition(".")
    span = form.key_span("name")
    if red_flag and (kind is not Kind.BOOL or subject != "screening"):
        form.fault(
            "GM235",
            f"red flag `{name}` must have the type `bool` and stand under `screening.`",
            span,
            "`screening: clear` answers what stands there, with no",
        )
    if subject == "screening" and not red_flag and ("red_flag" not in form or form.sound):
        form.fault(
            "GM235",
            f"`{name}` is under `screening.`, so it must be a red flag",
            span,
            "say `red_flag: true`, or put it under another subject",
        )
    if subject in _RESERVED_SUBJECTS:
        form.fault("GM206", f"`{name}`: no fact may be under `{subject}.`", span)
    if name in BUILT_IN or (subject in SUBJECTS and field == "each"):
        form.fault(
            "GM231", f"fact `{name}` is built in already", span, "use it without declaring it"
        )
        return None
    return FactDeclaration(
        name=name,
        kind=kind,
        label=label,
        ask=ask,
        unit=unit,
        least=least,
        most=most,
        values=values,
        words=Frozen(words),
        ordered=ordered,
        red_flag=red_flag,
        silent_absent=silent,
        after=after,
        pack=pack,
        span=span,
    )


def _range(form: Form) -> tuple[int, int]:
    node = form.node("range")
    items = node.items if isinstance(node, Sequence) else ()
    if len(items) != 2:
        if node is not None:
            form.fault("GM203", "`range` must be [least, most]", node.span, "such as `[0, 10]`")
        return -_MOST_INT, _MOST_INT
    least = form.number(items[0], -_MOST_INT, _MOST_INT, "the least of `range`")
    most = form.number(items[1], -_MOST_INT, _MOST_INT, "the most of `range`")
    if least > most:
        form.fault("GM204", "`range` ends before it begins", form.key_span("range"))
        return most, least
    return least, most


def _values(form: Form) -> tuple[tuple[str, ...], dict[str, str]]:
    node = form.node("values")
    words: dict[str, str] = {}
    found: list[tuple[str, Node]] = []
    if isinstance(node, Mapping):
        for key, value in node.entries:
            found.append((str(key.value), key))
            if isinstance(value, Scalar) and isinstance(value.value, str) and value.value:
                words[str(key.value)] = value.value
            else:
                form.fault("GM203", f"`{shown(key.value)}` must be said in words", value.span)
    elif isinstance(node, Sequence):
        found = [(str(i.value) if isinstance(i, Scalar) else "", i) for i in node.items]
    elif node is not None:
        form.fault("GM203", "`values` must be a list of words", node.span)
    seen: set[str] = set()
    for word, place in found:
        if not SNAKE.match(word):
            form.fault("GM206", "a value must be a word like `at_night`", place.span)
        elif len(word) > MOST_NAME:
            message = f"a value must have at most {MOST_NAME} characters, has {len(word)}"
            form.fault("GM206", message, place.span)
        elif word in RESERVED_VALUES:
            form.fault(
                "GM206",
                f"no value may be called `{word}`",
                place.span,
                "every fact may be unknown or declined already",
            )
        elif word in seen:
            form.fault("GM230", f"value `{word}` is there twice", place.span)
        seen.add(word)
    values = tuple(word for word, _ in found)
    if node is not None and not values:
        form.fault("GM204", "`values` must have at least one", node.span)
    return tuple(dict.fromkeys(values)), words


def health_condition(node: Node, pack: str, findings: Findings) -> HealthCondition | None:
    """One entry of ``conditions:``."""
    form = Form(node, findings, "condition")
    identity = form.name("id", SNAKE, "like `runners_knee`")
    if identity in RESERVED_VALUES:
        form.fault("GM206", f"no condition may be called `{identity}`", form.key_span("id"))
    codes = form.placed("icd10cm", least=0, most=40)
    for code, span in codes:
        if not _ICD.match(code):
            message = f"`{shown(code)}` is no ICD-10-CM code"
            form.fault("GM206", message, span, "one is like `M22.2X1`")
    places = BUILT_IN["complaint.felt_at"].values
    felt_at = form.choices("felt_at", places, least=0, most=len(places))
    condition = HealthCondition(
        id=identity,
        name=form.text("name"),
        sentence=form.text("sentence"),
        icd10cm=tuple(code for code, _ in codes),
        evidence=form.choice("evidence", STRENGTHS),
        evidence_note=form.text("evidence_note", default=""),
        felt_at=felt_at,
        silent_absent=form.choice("silence", ("unknown", "absent"), default="unknown") == "absent",
        sources=form.texts("sources", least=1, most=40),
        pack=pack,
        span=form.key_span("id"),
    )
    form.close()
    return condition if identity else None


def derived_value(node: Node, pack: str, findings: Findings) -> DerivedValue | None:
    """One entry of ``derived:``."""
    form = Form(node, findings, "derived value")
    name = form.name("name", DERIVED_NAME, "like `derived.name`")
    values, _ = _values(form)
    default = form.choice("default", values) if values else form.text("default")
    label = form.text("label")
    form.close()
    if not name or not values:
        return None
    return DerivedValue(
        name=name,
        values=values,
        default=default,
        label=label,
        pack=pack,
        span=form.key_span("name"),
    )


def score_sum(node: Node, pack: str, findings: Findings) -> ScoreSum | None:
    """One entry of ``scores:``; its range follows from the rules."""
    form = Form(node, findings, "score")
    name = form.name("name", SCORE_NAME, "like `score.name`")
    label = form.text("label")
    form.close()
    if not name:
        return None
    return ScoreSum(
        name=name,
        label=label,
        pack=pack,
        least=-_MOST_POINTS,
        most=_MOST_POINTS,
        span=form.key_span("name"),
    )


def clinical_source(node: Node, findings: Findings) -> ClinicalSource | None:
    """One entry of ``sources:``."""
    form = Form(node, findings, "source")
    identity = form.name("id", KEBAB, "like `powers-2014`")
    doi = form.text("doi", default="")
    url = form.text("url", default="")
    if doi and not _DOI.match(doi):
        within = _DOI_WITHIN.search(doi)
        advice = f"did you mean `{shown(within.group())}`?" if within else None
        form.fault("GM206", "`doi` must be like `10.1000/xyz`", form.value_span("doi"), advice)
    if url and not _URL.match(url):
        message = "`url` must begin with `https://` or `http://`"
        form.fault("GM206", message, form.value_span("url"))
    if not doi and not url and identity:
        form.fault("GM202", "this source has neither `doi` nor `url`", form.key_span("id"))
    source = ClinicalSource(
        id=identity,
        authors=form.text("authors"),
        year=form.whole("year", 1800, 2100),
        title=form.text("title"),
        journal=form.text("journal", default=""),
        doi=doi,
        url=url,
        read=form.choice("read", READ),
        says=form.text("says"),
        span=form.key_span("id"),
    )
    form.close()
    return source if identity else None
