"""The command line: files, terminals and exit codes. The only room that imports click.

Each command is a module of its own, loaded when it is called, so that `--help` is quick.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line on the arguments of this process, and end the process."""
    try:
        from glutemed.cli.program import program

        program(prog_name="glutemed")
    except KeyboardInterrupt:  # so early that no command runs yet
        raise SystemExit(130) from None
