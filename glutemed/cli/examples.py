"""Commands whose help page ends with examples, which the tests run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click


class Example(click.Command):
    """A command with examples.

    Args:
        examples: What to type, one line each.
        given: What a `click.Command` takes.
    """

    def __init__(self, *given: Any, examples: Iterable[str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


def write_examples(examples: Iterable[str], formatter: click.HelpFormatter) -> None:
    """Write examples, never wrapped."""
    with formatter.section("Example"):
        for line in examples:
            formatter.write(f"{'':{formatter.current_indent}}{line}\n")
