"""The three kinds of failure, told apart by type: ``BadInput``, ``Unavailable``, and anything else, which is a defect."""

from __future__ import annotations


class BadInput(Exception):
    """The message itself cannot be processed, and never will be: it becomes a dead letter, and the stream goes on.

    ``code`` is a stable short name (``password``, ``empty``, ``too_large``, ``timeout`` ...); ``reason`` is for people.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class Unavailable(Exception):
    """Something that this stage needs (broker, database, archive, network) is away.

    The runtime backs off and tries again for ever; meanwhile the service takes no new input and is not ready.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
