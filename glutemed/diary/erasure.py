"""Erasing the files of a diary: its own and no others, and only once it is sure that they can go.

A name is taken as it is and never as a pattern, and no link is followed: what stands behind one is
not the diary.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from glutemed.diary.faults import DiaryFault
from glutemed.model.locale import message

_OF_SQLITE = ("-journal", "-wal", "-shm")
_PIECE = 1024 * 1024


def erase_files(path: Path, unfinished: str) -> None:
    """Remove the file of a diary and what belongs to it, their bytes overwritten.

    Args:
        path: The diary.
        unfinished: How the name of a diary ends that a killed process had begun at this place.

    Raises:
        OSError: It cannot be removed; nothing was changed.
        DiaryFault: The diary is gone, but not all of it could be erased.
    """
    with ExitStack() as opened:
        files = [(path, opened.enter_context(_opened(path)))]
        for left in _belonging(path, unfinished):
            files.append((left, opened.enter_context(_opened(left))))
        _erase(path, files[0][1])
        for left, file in files[1:]:
            try:
                _erase(left, file)
            except OSError as error:
                raise _left(path, left, error) from None


def _erase(path: Path, file: IO[bytes]) -> None:
    # The name goes first: where it may not go, not a byte has been touched. What it stood for can
    # still be written in, as the file is open; Windows lets no open file go.
    if os.name != "nt":
        os.unlink(path)  # noqa: PTH108  # its OSError is the one to tell
    try:
        size = os.fstat(file.fileno()).st_size
        for begin in range(0, size, _PIECE):
            file.write(bytes(min(_PIECE, size - begin)))
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        if os.name == "nt":
            raise
        raise DiaryFault(
            message("the file {path} is gone, but its bytes could not be overwritten: {reason}"),
            path=path,
            reason=_reason(error),
        ) from None
    if os.name == "nt":
        file.close()
        path.unlink()


def _opened(path: Path) -> IO[bytes]:
    """A regular file, open to be written in."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    file = os.fdopen(handle, "r+b")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no ordinary file")
    return file


def _belonging(path: Path, unfinished: str) -> Iterator[Path]:
    """The files beside a diary that SQLite, or a start that was killed, has left of it."""
    own = {path.name + ending for ending in _OF_SQLITE}
    # As `tempfile` makes names: eight signs, so that of two diaries each has its own.
    begun = re.compile(rf"\.{re.escape(path.name)}[a-z0-9_]{{8}}{re.escape(unfinished)}(-journal)?")
    for entry in _entries(path.parent):
        mine = entry.name in own or begun.fullmatch(entry.name)
        if mine and entry.is_file(follow_symlinks=False):
            yield path.with_name(entry.name)


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


def refuse_link(path: Path) -> None:
    """Refuse a diary that is a link: to erase it would leave the link, or the diary.

    Raises:
        DiaryFault: It is one.
    """
    if not path.is_symlink():
        return
    real = str(path)
    with suppress(OSError, RuntimeError):
        real = str(path.resolve(strict=True))
    raise DiaryFault(
        message(
            "{path} is a link to the diary at {real}; nothing was erased: name that file with "
            "--file, and remove the link yourself"
        ),
        path=path,
        real=real,
    )


def _left(path: Path, left: Path, error: OSError) -> DiaryFault:
    return DiaryFault(
        message("the diary at {path} is gone, but {left} could not be erased: {reason}"),
        path=path,
        left=left,
        reason=_reason(error),
    )


def _reason(error: OSError) -> str:
    return (error.strerror or "it failed").lower()
