"""`glutemed rules`: what can be done with the rules themselves."""

from __future__ import annotations

from glutemed.cli.lazy import LazyGroup

COMMANDS = {
    "check": ("glutemed.cli.rules_check", "Find everything that is wrong with rule files."),
    "test": ("glutemed.cli.rules_test", "Try the cases: people, and what they must get."),
    "prove": ("glutemed.cli.rules_prove", "Prove that no hazard comes upon anybody."),
    "diff": ("glutemed.cli.rules_diff", "Tell what changes for whom between two rulebooks."),
    "cells": ("glutemed.cli.rules_cells", "Try every cell of the rules in durable-rules itself."),
    "fuzz": ("glutemed.cli.rules_fuzz", "Hold the laws against people made up at random."),
    "coverage": ("glutemed.cli.rules_coverage", "Tell what of the rules the cases exercise."),
    "new": ("glutemed.cli.rules_new", "Begin a file: a condition, a rule, an exercise or a case."),
    "fmt": ("glutemed.cli.rules_fmt", "Bring rule files into their one form."),
    "translate": (
        "glutemed.cli.rules_translate",
        "Begin another language, or bring it up to date.",
    ),
    "list": ("glutemed.cli.rules_list", "List the rules with their conditions in words."),
    "show": ("glutemed.cli.rules_show", "Tell everything about one rule, hazard or exercise."),
    "graph": ("glutemed.cli.rules_graph", "Draw which facts lead to which conclusions."),
    "schema": ("glutemed.cli.rules_schema", "Write a JSON Schema of rule files, for editors."),
    "book": ("glutemed.cli.rules_book", "Write the rulebook as pages that people read."),
    "sources": ("glutemed.cli.rules_sources", "List the sources, and how far each was read."),
}

command = LazyGroup(
    lazy=COMMANDS,
    examples=(
        "glutemed rules list --summary",
        "glutemed rules check",
    ),
    name="rules",
    help="""Check, test, list and show the rules: those that come with glutemed, and yours.

    The bundled rules are always there; files and folders that you name are added to them, and
    can take nothing away.
    """,
)
