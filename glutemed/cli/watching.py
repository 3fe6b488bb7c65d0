"""Waiting for files to be saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

SECONDS = 0.4

State = dict[Path, tuple[int, int]]


def saves(
    paths: Iterable[Path],
    files: Callable[[Iterable[Path]], Iterable[Path]],
    *,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[Path, ...]]:
    """The files that have changed since the call, each time that some have, without an end.

    Args:
        paths: Files and folders.
        files: What lists the files under them, anew each time, so that new ones are seen.
        wait: What waits for some seconds.
    """
    watched = list(paths)
    return _saves(watched, files, wait, _state(watched, files))


def _saves(
    paths: list[Path],
    files: Callable[[Iterable[Path]], Iterable[Path]],
    wait: Callable[[float], None],
    before: State,
) -> Iterator[tuple[Path, ...]]:
    while True:
        wait(SECONDS)
        now = _state(paths, files)
        both = before.keys() | now.keys()
        changed = sorted(path for path in both if before.get(path) != now.get(path))
        before = now
        if changed:
            yield tuple(changed)


def _state(paths: Iterable[Path], files: Callable[[Iterable[Path]], Iterable[Path]]) -> State:
    found: State = {}
    for path in files(paths):
        try:
            status = path.stat()
        except OSError:  # gone, or between two steps of being saved
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found
