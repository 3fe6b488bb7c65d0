"""`glutemed completion`: a script for the shell."""

from __future__ import annotations

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example

SHELLS = ("bash", "zsh", "fish", "powershell")


@click.command(
    "completion",
    cls=Example,
    examples=(
        "glutemed completion bash > glutemed-completion.bash",
        "glutemed completion zsh > _glutemed",
        "glutemed completion fish > glutemed.fish",
        "glutemed completion powershell > glutemed.ps1",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print a script that completes commands, options, facts and exercises in your shell.

    Let your shell read it at its start, for instance from ~/.bashrc.
    """
    from click.shell_completion import get_completion_class

    from glutemed.cli.program import program

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"this version of click has no completion for {shell}")
    script = found(program, {}, "glutemed", "_GLUTEMED_COMPLETE")
    screen.out(script.source_template % script.source_vars())
    return exits.DONE
