"""`python -m glutemed` is the command `glutemed`."""

from __future__ import annotations

from glutemed.cli import main

if __name__ == "__main__":
    main()
