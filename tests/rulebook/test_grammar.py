"""The language as data is the language that the readers read: same keys, same words, same bounds."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from glutemed.document import Mapping, Node, compose
from glutemed.model.diagnostic import Text
from glutemed.rulebook.conclusions import KINDS
from glutemed.rulebook.form import Findings, Form
from glutemed.rulebook.grammar import FILE, FORMS, NEEDED_WITH, ONLY_WITH, item
from glutemed.rulebook.language import AnyOf, Choice, Flag, Keyed, Listed, Part, Shape, Whole
from glutemed.rulebook.load import bundled, texts
from glutemed.rulebook.parse import SECTIONS, parse

EVERYTHING = Path(__file__).with_name("everything.yaml")
#: The readers call some forms by the key that they stand under, and some of these twice.
CALLED = {
    "`start`": "pose",
    "`end`": "pose",
    "`working`": "leg",
    "`other`": "leg",
    "`hip`": ("`hip`", "hip of a leg"),
}
UNREAD = {"limit", "prescribed dose"}  # read key by key, without a form


def findings_of(*files: Text) -> Findings:
    findings = Findings()
    parse(files, findings)
    return findings


def everything() -> Text:
    return Text("everything.yaml", EVERYTHING.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def asked() -> dict[str, set[str]]:
    """The keys that the readers asked each form for, in a file with everything and in all rules."""
    found: dict[str, set[str]] = defaultdict(set)
    close = Form.close

    def noted(form: Form) -> bool:
        found[form.what] |= form._asked
        return close(form)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Form, "close", noted)
        findings_of(everything(), *texts([bundled()], Findings()))
    return found


def test_a_file_with_everything_is_sound() -> None:
    """What the other tests rest on: a file in which every key of every form stands."""
    assert [found.plain() for found in findings_of(everything()).sorted()] == []


def test_the_file_with_everything_has_every_key_of_every_form() -> None:
    met = {what: set() for what in FORMS}
    root, _ = compose(everything())
    assert isinstance(root, Mapping)
    for node, shape in parts(root, Part("rule file")):
        assert isinstance(node, Mapping)
        met[shape.form] |= {str(key.value) for key, _ in node.entries}
    assert {what: set(form.key) - met[what] for what, form in FORMS.items()} == {
        what: set() for what in FORMS
    }


def test_the_readers_ask_for_the_keys_of_the_grammar_and_no_others(asked) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for what in asked:
        names = CALLED.get(what, what)
        for name in (names,) if isinstance(names, str) else names:
            known[what] |= set(FORMS[name].key)
    assert dict(asked) == dict(known)


def test_the_readers_know_every_form_of_the_grammar(asked) -> None:
    called = {name for what in asked for name in (CALLED.get(what, what),)}
    flat = {name for names in called for name in ((names,) if isinstance(names, str) else names)}
    assert set(FORMS) - UNREAD == flat


def test_the_sections_stand_in_the_order_of_the_parser() -> None:
    assert tuple(key.name for key in FILE.keys if key.name in SECTIONS) == SECTIONS
    assert all(item(section).keys for section in SECTIONS)


def test_every_key_of_a_conclusion_belongs_to_a_kind() -> None:
    assert {*KINDS, *ONLY_WITH} == set(FORMS["conclusion"].key)
    assert {*NEEDED_WITH, *ONLY_WITH.values()} <= set(KINDS)


def parts(node: Node, shape: Shape):
    """Every mapping of a tree that has a form, with that form."""
    if isinstance(shape, AnyOf):
        wanted = (Part, Keyed) if isinstance(node, Mapping) else (Listed,)
        fitting = [one for one in shape.shapes if isinstance(one, wanted)]
        if fitting:
            yield from parts(node, fitting[0])
    elif isinstance(shape, Part):
        yield node, shape
        for key, value in node.entries:
            if str(key.value) in FORMS[shape.form].key:
                yield from parts(value, FORMS[shape.form].key[str(key.value)].shape)
    elif isinstance(shape, Listed):
        for one in node.items:
            yield from parts(one, shape.of)
    elif isinstance(shape, Keyed):
        for _, value in node.entries:
            yield from parts(value, shape.of)


def leaves():
    """Each place of the file with everything where a word, a number or a truth stands."""
    root, _ = compose(everything())
    for node, shape in parts(root, Part("rule file")):
        for key, value in node.entries:
            known = FORMS[shape.form].key[str(key.value)].shape
            shapes = known.shapes if isinstance(known, AnyOf) else (known,)
            yield f"{shape.form}.{key.value}", value, shapes


def with_instead(node: Node, word: str) -> Text:
    text = node.span.text.content
    return Text("changed.yaml", text[: node.span.start] + word + text[node.span.end :])


def has_fault_at(node: Node, word: str) -> bool:
    found = findings_of(with_instead(node, word)).found
    spoken = range(node.span.start, node.span.start + len(word) + 1)
    return any(
        one.span.start in spoken and one.code in ("GM203", "GM204", "GM205") for one in found
    )


NUMBERS = [
    pytest.param(node, shape, id=name)
    for name, node, shapes in leaves()
    for shape in shapes
    if isinstance(shape, Whole) and isinstance(getattr(node, "value", None), int)
    if not name.startswith("prescribed dose.")  # a case may expect what cannot be, and then fails
]
WORDS = [
    pytest.param(node, shapes, id=name)
    for name, node, shapes in leaves()
    if any(isinstance(shape, Choice) for shape in shapes)
]
TRUTHS = [
    pytest.param(node, id=name)
    for name, node, shapes in leaves()
    if any(isinstance(shape, Flag) for shape in shapes)
]


@pytest.mark.parametrize(("node", "shape"), NUMBERS)
def test_a_number_may_be_as_great_and_as_small_as_the_grammar_says(node, shape) -> None:
    assert not has_fault_at(node, str(shape.least))
    assert not has_fault_at(node, str(shape.most))
    assert has_fault_at(node, str(shape.least - 1))
    assert has_fault_at(node, str(shape.most + 1))


@pytest.mark.parametrize(("node", "shapes"), WORDS)
def test_a_word_may_be_what_the_grammar_says_and_nothing_else(node, shapes) -> None:
    for shape in shapes:
        for word in shape.words if isinstance(shape, Choice) else ():
            assert not has_fault_at(node, word), word
    assert has_fault_at(node, "xyzzy")


@pytest.mark.parametrize("node", TRUTHS)
def test_a_truth_may_be_true_or_false(node) -> None:
    assert not has_fault_at(node, "true")
    assert not has_fault_at(node, "false")
    assert has_fault_at(node, "yes")
