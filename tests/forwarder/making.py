"""Subscriptions and events for the forwarder's tests."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from schemas.envelope import seal
from schemas.generate import HOME
from schemas.topics import DISCREPANCIES
from schemas.validation import Discrepancy, State
from services.runtime.received import Context, Incoming, Received

SECRET = "whsec_" + base64.b64encode(b"twenty-four bytes or more").decode()
EXAMPLE = Discrepancy.model_validate_json((HOME / "examples" / f"{DISCREPANCIES.event}.json").read_text(encoding="utf-8"))
BEGIN = datetime(2025, 8, 20, 9, tzinfo=UTC)


def found(number: int = 0, report: int = 0, state: State = State.OPENED, day: int = 0, **more: object) -> Discrepancy:
    """Discrepancy ``number`` of report ``report`` as it stands on a day; each report is another issuer's."""
    identity = EXAMPLE.identity.model_copy(update={"issuer": f"云溪市青禾区第{report}图书馆"})
    changes = {
        "discrepancy_id": f"{report:016x}{number:016x}",
        "report_id": f"{report:032x}",
        "identity": identity,
        "state": state,
        "last_seen": BEGIN + timedelta(days=day),
    }
    return EXAMPLE.model_copy(update=changes | more)


def received(event: Discrepancy, offset: int = 0, attempt: int = 1) -> Received[Discrepancy]:
    """An event as the runtime hands it over."""
    sealed = seal(event, source="validator")
    incoming = Incoming(sealed.topic, 0, offset, BEGIN.timestamp() + offset, sealed.key, sealed.value, sealed.headers)
    return Received(event, Context("forwarder", incoming, attempt, None))
