"""``DeadLetter``: a message that could not be processed, with its full origin."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from schemas.base import Contract


class Failure(StrEnum):
    """Whose fault: the input's (``bad_input``) or ours (``defect``). Unavailability is retried, never a dead letter."""

    BAD_INPUT = "bad_input"
    DEFECT = "defect"


class DeadLetter(Contract):
    """Everything needed to understand a failed message and to send it again.

    ``headers`` and ``key``/``value`` are the original's, bytes as they were (base64 in JSON). ``reason`` is for people.
    """

    stage: str
    failure: Failure
    code: str  # a stable short name of the reason: password, empty, too_large, timeout ...
    reason: str
    traceback: str | None = None
    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    failed_at: datetime
    attempts: int = 1
