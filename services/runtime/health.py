"""What a service says about itself: alive, ready, or what it lacks."""

from __future__ import annotations

import structlog

log = structlog.get_logger()


class Health:
    """Ready when nothing is lacking. Alive until something failed that only a restart cures."""

    def __init__(self) -> None:
        self._lacking: dict[str, str] = {"start": "starting"}
        self.failure: str | None = None

    @property
    def ready(self) -> bool:
        return not self._lacking and self.failure is None

    @property
    def lacking(self) -> dict[str, str]:
        """What is missing and why, for people."""
        return dict(self._lacking)

    def lacks(self, what: str, why: str) -> None:
        self._lacking[what] = why

    def has(self, what: str) -> None:
        if self._lacking.pop(what, None) is not None and self.ready:
            log.info("ready")

    def fail(self, reason: str) -> None:
        """The first reason stays."""
        self.failure = self.failure or reason
