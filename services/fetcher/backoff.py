"""How long to wait after a failure: for one address, and for a whole host (its circuit)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DOWN_AFTER = 10
"""Failures of a host in a row after which what waits for it is given up until the next poll."""
_CIRCUIT_FROM = 3
_RETRY_AFTER_MOST = 24 * 3600.0


@dataclass(frozen=True)
class Backoff:
    """Exponential, with jitter so that what failed together does not come back together. Seconds."""

    first: float = 1.0
    most: float = 900.0

    def again(self, attempt: int) -> float:
        """Before an address is asked for again that failed ``attempt`` times already (0: for the first time)."""
        return self._wait(attempt)

    def circuit(self, failures: int) -> float:
        """While nothing at all is asked of a host that failed so often in a row; then one request shows whether it is back."""
        return self._wait(failures - 1) if failures >= _CIRCUIT_FROM else 0.0

    def _wait(self, doublings: int) -> float:
        whole = min(self.most, self.first * 2.0 ** min(doublings, 60))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing


def retry_after(value: str | None, now: datetime | None = None) -> float:
    """The seconds that ``Retry-After`` asks for (RFC 9110: seconds, or a date), a day at most; 0 where it asks for nothing."""
    if not value:
        return 0.0
    text = value.strip()
    if text.isdecimal():
        return min(float(text[:9]), _RETRY_AFTER_MOST)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((zoned - (now or datetime.now(UTC))).total_seconds(), 0.0), _RETRY_AFTER_MOST)
