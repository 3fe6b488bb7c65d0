"""A command of the diary, whose faults are said in the language of the person."""

from __future__ import annotations

from typing import Any

import click

from glutemed.cli.examples import Example


class DiaryCommand(Example):
    """A command with ``--language``: a fault of the diary is said in it."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it raises of the diary is put over into the language."""
        from glutemed.diary.faults import DiaryFault

        try:
            return super().invoke(ctx)
        except DiaryFault as fault:
            from glutemed.model.errors import UnknownName
            from glutemed.rulebook.catalogues import locale_of

            try:
                said = fault.in_language(locale_of(ctx.params["language"]))
            except UnknownName as error:
                raise click.BadParameter(str(error), param_hint="'--language'") from None
            raise type(fault)(said) from None
