"""Files that a command writes: whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import click


def write(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, and never a part.

    A file that is there keeps its permissions; behind a link the file that it leads to is written.

    Raises:
        OSError: It cannot be written.
    """
    real = path.resolve()
    mode = real.stat().st_mode & 0o7777 if real.exists() else 0o666 & ~_umask()
    _put(real, text.encode(), mode)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, in the same way; a link is never followed.

    Raises:
        click.ClickException: It cannot be written.
    """
    try:
        _put(path.absolute(), content, 0o600)
    except OSError as error:
        raise _cannot_write(path, error) from None


def new(path: Path, text: str, *, force: bool) -> None:
    """Write a file that is not there yet, or that may be written over.

    Raises:
        click.ClickException: It is there, or it cannot be written.
    """
    if path.exists() and not force:
        raise _there_already(path)
    try:
        write(path, text)
    except OSError as error:
        raise _cannot_write(path, error) from None


def check_free(path: Path, *, force: bool) -> None:
    """Refuse a place where something is that is not to be written over, or never may be.

    Raises:
        click.ClickException: There is.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot_write(path, error) from None
    if stat.S_ISLNK(mode):
        raise click.UsageError(f"{str(path)!r} is a link; name the file itself")
    if not stat.S_ISREG(mode):
        raise click.UsageError(f"{str(path)!r} is no ordinary file")
    if not force:
        raise _there_already(path)


def _put(path: Path, content: bytes, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _there_already(path: Path) -> click.ClickException:
    return click.UsageError(f"{str(path)!r} is there already; --force writes over it")


def _cannot_write(path: Path, error: OSError) -> click.ClickException:
    reason = (error.strerror or "it failed").lower()
    return click.ClickException(f"cannot write {str(path)!r}: {reason}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
