"""Text files that a command writes: whole or not at all."""

from __future__ import annotations

import os
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
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(name).chmod(real.stat().st_mode & 0o7777 if real.exists() else 0o666 & ~_umask())
        Path(name).replace(real)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def new(path: Path, text: str, *, force: bool) -> None:
    """Write a file that is not there yet, or that may be written over.

    Raises:
        click.ClickException: It is there, or it cannot be written.
    """
    if path.exists() and not force:
        raise click.UsageError(f"{str(path)!r} is there already; --force writes over it")
    try:
        write(path, text)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise click.ClickException(f"cannot write {str(path)!r}: {reason}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
