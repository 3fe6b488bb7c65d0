"""What can go wrong with a diary, each said in one sentence that ends in what to do."""

from __future__ import annotations

from glutemed.model.errors import GlutemedError


class DiaryFault(GlutemedError):
    """A diary cannot be read or written; nothing was changed."""


class DiaryDamaged(DiaryFault):
    """The file is no diary, or not a whole one; it was left as it was."""


class DiaryNewer(DiaryFault):
    """The file was written by a newer glutemed; it was left as it was."""


class RecordInvalid(DiaryFault):
    """What should go into a diary does not fit it; nothing was written."""
