"""Dead letters: what goes into one, and when there are too many."""

from __future__ import annotations

import traceback
from collections import deque
from datetime import UTC, datetime

from schemas.dead_letter import DeadLetter, Failure
from schemas.topics import DEAD_LETTERS
from services.runtime.errors import BadInput
from services.runtime.received import Incoming

REPLAY_ATTEMPT = "gouji_replay_attempt"
"""Header of a replayed message: which attempt this is, the first replay being 2."""
REPLAY_OF = "gouji_replay_of"
"""Header of a replayed message: topic/partition/offset of the message that it repeats."""

REASON_LIMIT = 2000  # characters; input is quoted in reasons, and input is hostile
TRACEBACK_LIMIT = 8000  # characters, the end of it


def attempt_of(message: Incoming) -> int:
    """1, or which attempt this is of a message that was replayed."""
    text = message.header(REPLAY_ATTEMPT) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def dead_letter(stage: str, message: Incoming, error: BaseException, *, value_limit: int) -> DeadLetter:
    """The dead letter of ``message``. What is above ``value_limit`` bytes stays where it is: key, value and headers are
    then empty, and topic, partition and offset say where to read them."""
    bad_input = isinstance(error, BadInput)
    large = message.size > value_limit
    return DeadLetter(
        stage=stage,
        failure=Failure.BAD_INPUT if bad_input else Failure.DEFECT,
        code=error.code if isinstance(error, BadInput) else type(error).__name__,
        reason=(error.reason if isinstance(error, BadInput) else f"{type(error).__name__}: {error}")[:REASON_LIMIT],
        traceback="".join(traceback.format_exception(error))[-TRACEBACK_LIMIT:],
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=None if large else message.key,
        value=None if large else message.value,
        headers=() if large else message.headers,
        failed_at=datetime.now(UTC),
        attempts=attempt_of(message),
    )


def is_about_dead_letter(message: Incoming) -> bool:
    """Whether this dead letter is about one on the dead letter topic itself.

    One that fails again must not beget another: that would go round for ever, growing each time.
    """
    subject = message.header("ce_subject") or ""
    return message.topic.endswith(DEAD_LETTERS.name) and subject.rsplit("/", 2)[0].endswith(DEAD_LETTERS.name)


class DefectShare:
    """The share of defects among the last messages: above the limit the service itself is what is wrong.

    Bad input does not count: whoever can write nonsense must not be able to stop the service.
    """

    def __init__(self, *, window: int, least: int, share: float) -> None:
        self._recent: deque[bool] = deque(maxlen=window)
        self._least = least
        self._share = share

    def count(self, *, defect: bool) -> None:
        self._recent.append(defect)

    @property
    def excess(self) -> str | None:
        """Why the service should stop, or None."""
        defects = sum(self._recent)
        if defects >= self._least and defects > self._share * len(self._recent):
            return f"{defects} of the last {len(self._recent)} messages met a defect"
        return None
