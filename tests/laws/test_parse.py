"""Any text given as rules or as facts gives a finding in its place, and never a traceback."""

from __future__ import annotations

import gc
import json
import math
import random
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.renew import CORPUS, base
from glutemed.document import MOST_BYTES
from glutemed.intake import read_mapping, read_text
from glutemed.model.diagnostic import Diagnostic, Text
from glutemed.render.diagnostics import as_json, human, plain
from glutemed.rulebook.load import bundled, ruleset

pytestmark = pytest.mark.law

VOCABULARY = base().vocabulary
NAMES = sorted(VOCABULARY.facts)

#: In the `ci` profile 3,500 texts as rules, 5,500 as facts, and 1,000 JSON values, each in two forms.
EXAMPLES = min(20 * settings.default.max_examples, 20_000)
many = settings(max_examples=EXAMPLES)
most = settings(max_examples=EXAMPLES * 3 // 4)
half = settings(max_examples=EXAMPLES // 2)

SOUND_RULES = tuple(
    path.read_text(encoding="utf-8")
    for path in (
        CORPUS / "base.yaml",
        CORPUS / "bad" / "GM245-a-case-with-a-misspelt-fact.yaml",
        CORPUS / "bad" / "GM232-two-derived-values-that-wait-for-each-other.yaml",
        bundled() / "equipment.yaml",
    )
)
SOUND_FACTS = (
    "screening: clear\nperson: {age: 30}\ncomplaint:\n  pain_usual: 5\n  side: left\n"
    "  felt_at: [front, outer]\n  conditions: {present: [patellofemoral_pain], absent: []}\n"
    "history.falls: unknown\nequipment.bands: declined\nresponse:\n  sessions_done: 3\n"
    "  each: {clamshell: {sessions: 2, pain_during: 1}}\n",
    json.dumps(
        {
            "screening": {"hot_swollen_knee": False},
            "complaint": {"pain_usual": 5, "felt_at": ["front"], "side": None},
            "history.falls": 2,
        },
        indent=1,
    ),
)
ODD = (
    *("NaN", ".nan", "1e400", "-.inf", "no", "yes", "1:30", "010", "0x1F", "2.9", "-1", "9" * 400),
    *("[]", "{}", "null", "~", "unknown", "declined", "clear", "true", "''", '""', "[[]]", "{a: }"),
    *("a" * 5000, "a.b.c", "this.x", "*a", "&a", "!!str x", "<<", "? a", "- ", ": ", "#", "|", ">"),
    *("%", "@", "`", "'", '"', "{", "}", "[", "]", ",", "\\", "---", "...", "\n", "\r", "\t"),
    *(
        "\x00",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\U0001f9b5",
    ),
)
_SCALAR = re.compile(r"(?<=[:\[{,-] )[^\s\[\]{},:]+|(?<=[\[{])[^\s\[\]{},:]+")


def mutated(text: str, kind: str, where: int, other: int, odd: str) -> str:
    """A text with one thing wrong in it."""
    if not text:
        return odd
    at = where % len(text)
    lines = text.split("\n")
    here, there = where % len(lines), other % len(lines)
    match kind:
        case "delete a line":
            del lines[here]
        case "duplicate a line":
            lines.insert(there, lines[here])
        case "swap two lines":
            lines[here], lines[there] = lines[there], lines[here]
        case "indent":
            lines[here] = " " * (1 + other % 5) + lines[here]
        case "indent with a tab":
            lines[here] = "\t" + lines[here]
        case "outdent":
            lines[here] = lines[here][1 + other % 4 :]
        case "delete a character":
            return text[:at] + text[at + 1 :]
        case "duplicate a character":
            return text[:at] + text[at] * 2 + text[at + 1 :]
        case "swap two characters":
            return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
        case "insert something odd":
            return text[:at] + odd + text[at:]
        case "cut off":
            return text[:at]
        case _:
            scalars = list(_SCALAR.finditer(text))
            if not scalars:
                return text + odd
            found = scalars[where % len(scalars)]
            return text[: found.start()] + odd + text[found.end() :]
    return "\n".join(lines)


KINDS = (
    "delete a line",
    "duplicate a line",
    "swap two lines",
    "indent",
    "indent with a tab",
    "outdent",
    "delete a character",
    "duplicate a character",
    "swap two characters",
    "insert something odd",
    "cut off",
    "replace a scalar",
    "replace a scalar with something odd",
)


@st.composite
def broken(draw: st.DrawFn, sound: tuple[str, ...]) -> str:
    """A sound text with one to four things wrong in it."""
    text = draw(st.sampled_from(sound))
    place = st.integers(0, 100_000)
    change = st.tuples(st.sampled_from(KINDS), place, place, st.sampled_from(ODD))
    for kind, where, other, odd in draw(st.lists(change, min_size=1, max_size=4)):
        text = mutated(text, kind, where, other, odd)
    return text


anything = st.text(st.characters(codec=None), max_size=200) | st.lists(
    st.sampled_from((*ODD, "pack", "version", "rules", "when", "then", "id", *NAMES[:9])),
    max_size=30,
).map(" ".join)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-1, 12)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(("unknown", "declined", "clear", "left", "light", "patellofemoral_pain"))
)
keys = st.text(max_size=12) | st.sampled_from(
    (
        *NAMES,
        "complaint",
        "screening",
        "response",
        "each",
        "present",
        "absent",
        "pain_usual",
        "side",
    )
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=8,
)
facts_like = st.dictionaries(keys, json_values, max_size=6) | json_values


def told(found: tuple[Diagnostic, ...], text: Text | None = None) -> None:
    """Every span lies in its text, and every finding can be shown anywhere."""
    for diagnostic in found:
        span = diagnostic.span
        assert 0 <= span.start <= span.end <= len(span.text.content)
        assert text is None or span.text is text
        assert diagnostic.message.isprintable()
        assert len(diagnostic.message) < 500
    human(found, unicode=False, colour=False).encode("ascii")
    human(found, unicode=True, colour=True).encode("utf-8")
    plain(found).encode("utf-8")
    assert len(json.loads(as_json(found))) == len(found)


def tried_as_rules(content: str) -> tuple[Diagnostic, ...]:
    text = Text("x", content)
    made, found = ruleset([text], "0")
    assert (made is None) == bool(found)
    told(found, text)
    return found


def tried_as_facts(content: str, *, is_json: bool) -> tuple[Diagnostic, ...]:
    text = Text("x", content)
    facts, found = read_text(text, VOCABULARY, is_json=is_json)
    assert (facts is None) == bool(found)
    told(found, text)
    return found


@many
@given(anything)
def test_any_text_gives_findings_in_it(content: str) -> None:
    """Whatever is given as rules, as YAML facts or as JSON facts is read or refused."""
    tried_as_rules(content)
    tried_as_facts(content, is_json=False)
    tried_as_facts(content, is_json=True)


@most
@given(broken(SOUND_RULES))
def test_a_broken_rule_file_gives_findings_in_it(content: str) -> None:
    """What is wrong with a rulebook is found in its text, however it was damaged."""
    tried_as_rules(content)


@most
@given(broken(SOUND_FACTS), st.booleans())
def test_broken_facts_give_findings_in_them(content: str, is_json: bool) -> None:
    """What is wrong with facts is found in their text, however it was damaged."""
    tried_as_facts(content, is_json=is_json)


@half
@given(facts_like)
def test_any_json_value_gives_facts_or_findings(value: Any) -> None:
    """A mapping and the JSON text of it say the same."""
    facts, found = read_mapping(value, VOCABULARY)
    assert (facts is None) == bool(found)
    told(found)
    again, refound = read_text(Text("x", json.dumps(value)), VOCABULARY, is_json=True)
    assert again == facts
    assert sorted(d.message for d in refound) == sorted(d.message for d in found)


def test_the_damage_reaches_many_faults_and_leaves_some_texts_sound() -> None:
    """A law about findings that saw few of them, or nothing else, would say little."""
    chance = random.Random(2026)
    rules, facts, sound = set[str](), set[str](), 0
    for _ in range(1500):
        content = chance.choice(SOUND_RULES[:1] + SOUND_RULES[3:])
        changes = chance.choices(KINDS, k=chance.randint(1, 2))
        for kind in changes:
            at, other = chance.randrange(100_000), chance.randrange(100_000)
            content = mutated(content, kind, at, other, chance.choice(ODD))
        found = tried_as_rules(content)
        rules |= codes(found)
        content = mutated(SOUND_FACTS[0], changes[0], at, other, chance.choice(ODD))
        found = tried_as_facts(content, is_json=False)
        facts |= codes(found)
        sound += not found
    assert len(rules) >= 20, sorted(rules)
    assert len(facts) >= 8, sorted(facts)
    assert 150 <= sound <= 1350


def codes(found: tuple[Diagnostic, ...]) -> set[str]:
    return {diagnostic.code for diagnostic in found}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"history.latex_allergy": "no"}, "GM402"),
        ({"complaint.pain_usual": 2.9}, "GM402"),
        ({"complaint.pain_usual": 2.0}, "GM402"),
        ({"complaint.pain_usual": True}, "GM402"),
        ({"complaint.pain_usual": math.nan}, "GM402"),
        ({"complaint.pain_usual": math.inf}, "GM402"),
        ({"person.age": 10**5000}, "GM403"),
        ({"complaint.pain_usuall": 3}, "GM401"),
        ({"complaint": {"pain_usual": 3}, "complaint.pain_usual": 3}, "GM405"),
        ([], "GM408"),
    ],
    ids=["no", "2.9", "2.0", "true", "nan", "inf", "huge", "misspelt", "twice", "list"],
)
def test_a_value_that_is_not_meant_is_refused(value: Any, code: str) -> None:
    """Nothing is converted, rounded or passed over."""
    facts, found = read_mapping(value, VOCABULARY)
    assert facts is None
    assert codes(found) == {code}
    told(found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("history: {latex_allergy: no}", "GM402"),
        ("complaint.pain_usual: 2.9", "GM402"),
        ("complaint.pain_usual: .nan", "GM402"),
        ("complaint.pain_usual: NaN", "GM402"),
        ("complaint.pain_usual: 1e400", "GM402"),
        ("complaint.pain_usual: 1:30", "GM402"),
        ("complaint.pain_usuall: 3", "GM401"),
        ("complaint: {pain_usual: 3, pain_usual: 4}", "GM104"),
        ("complaint: &a {side: left}", "GM105"),
        ('{"complaint.pain_usual": NaN}', "GM402"),
        ('{"complaint.pain_usual": 1e400}', "GM402"),
        ('{"complaint.pain_usual": 3, "complaint.pain_usual": 3}', "GM104"),
        ('{"complaint.pain_usual": ' + "9" * 5000 + "}", "GM102"),
        ('{"\\ud800": 1}', "GM401"),
        ("[" * 10_000_000, "GM101"),
        ("[" * (MOST_BYTES - 1), "GM103"),
        ('{"a":' * (MOST_BYTES // 6), "GM103"),
        ("- " * (MOST_BYTES // 2), "GM103"),
        ('"' + "a" * (MOST_BYTES - 2), "GM102"),
        ("a" * (MOST_BYTES - 3) + ": 1", "GM102"),
        ("".join(f"k{n}: 1\n" for n in range(20_000)), "GM401"),
    ],
    ids=lambda value: value[:40],
)
def test_a_text_that_is_not_meant_is_refused_within_a_second(content: str, code: str) -> None:
    """However large or deep it is, the answer is short and comes soon.

    What the tests before this one left in memory is kept out of the collector's way.
    """
    gc.freeze()
    began = time.process_time()
    facts, found = read_text(
        Text("x", content), VOCABULARY, is_json=content.startswith(("{", "[["))
    )
    took = time.process_time() - began
    gc.unfreeze()
    assert facts is None
    assert codes(found) == {code}
    assert took < 1
    told(found[:100])


@pytest.mark.parametrize("content", ["[" * 10_000_000, "[" * 1_000_000, "{a: " * 200_000])
def test_rules_that_are_too_large_or_too_deep_are_refused_within_a_second(content: str) -> None:
    """Nothing is built from such a text."""
    began = time.process_time()
    found = tried_as_rules(content)
    assert time.process_time() - began < 1
    assert codes(found) <= {"GM101", "GM103"}


def test_facts_that_hold_themselves_are_refused() -> None:
    """A mapping made in Python can be endless; a text cannot."""
    endless: dict[str, Any] = {}
    endless["complaint"] = endless
    facts, found = read_mapping(endless, VOCABULARY)
    assert facts is None
    assert codes(found) == {"GM103"}
