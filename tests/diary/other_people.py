"""What is done in a process of its own, and by somebody who may not write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


def in_a_child(work: Callable[[], object]) -> str:
    """Do something in a process of its own; what it raises comes back as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = work()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the parent must hear it
            said = f"{type(error).__name__}: {error}"
        os.write(writing, str(said).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        found = told.read()
    os.waitpid(child, 0)
    return found


def by_nobody(work: Callable[[], object]) -> str:
    """Do something in a process of its own, as somebody who owns no file, where that can be."""

    def as_nobody() -> object:
        if os.geteuid() == 0:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        return work()

    return in_a_child(as_nobody)


@contextmanager
def folder_nobody_may_write(path: Path) -> Iterator[None]:
    """The folder of a file, for a while: the file may be written by all, the folder by nobody."""
    folder = path.parent
    for each in folder.parents:  # whoever runs the tests, nobody may come this far
        if each.stat().st_uid == os.geteuid() and each.stat().st_mode & 0o777 == 0o700:
            each.chmod(0o755)
    folder.chmod(0o555)
    path.chmod(0o666)
    try:
        yield
    finally:
        folder.chmod(0o700)
