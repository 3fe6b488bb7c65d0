"""The command line: files, terminals and exit codes. The only room that imports click.

Each command is a module of its own, loaded when it is called, so that `--help` is quick.
"""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line on the arguments of this process, and end the process."""
    # Modules and rules stay until the end: to search them for garbage at each start is in vain.
    gc.set_threshold(50_000, 20, 100)
    try:
        from glutemed.cli.program import program

        program(prog_name="glutemed")
    except KeyboardInterrupt:  # so early that no command runs yet
        raise SystemExit(130) from None
