"""The command line: files, terminals and exit codes. The only room that imports click.

Each command is a module of its own, loaded when it is called, so that `--help` is quick.
"""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line on the arguments of this process, and end the process."""
    # Modules and rules stay until the end: to search them for garbage at each start is in vain,
    # and so it is at the end, when Python would search everything that is left.
    gc.set_threshold(200_000, 20, 100)
    try:
        from glutemed.cli.program import program

        program(prog_name="glutemed")
    except KeyboardInterrupt:  # so early that no command runs yet
        raise SystemExit(130) from None
    except SystemExit as end:
        gc.freeze()
        if sys.argv[1:2] == ["recommend"] and type(end.code) is int:
            _end(end.code)
        raise


def _end(code: int) -> None:
    """End the process at once, where nothing is left to do but to take apart what was built.

    That is a tenth of what a `recommend` costs. It leaves nothing behind that would be missed: what
    it wrote is written, it started no thread and no process, and nothing waits for the end.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        return  # Python's own end says what is wrong with them
    os._exit(code)
