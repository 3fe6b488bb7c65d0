"""What the exit codes mean; no other module writes their numbers."""

from __future__ import annotations

from typing import Final

PROGRAMME: Final = 0
DONE: Final = 0
FAILED: Final = 1  # glutemed itself failed; nothing was emitted
USAGE: Final = 2  # click's own
RULES_INVALID: Final = 3
FACTS_INVALID: Final = 4
REFERRAL: Final = 5
QUESTIONS: Final = 6
FOUND: Final = 7  # a check found something
INTERRUPTED: Final = 130  # 128 and SIGINT, as shells have it
PIPE_CLOSED: Final = 141  # 128 and SIGPIPE

OF_OUTCOME: Final = {"programme": PROGRAMME, "referral": REFERRAL, "questions": QUESTIONS}
