"""Duties, sightings and reports in few words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from schemas.ids import report_id
from schemas.report import Identity, Kind, Report, Scope
from services.register.due import fixed
from services.register.entries import Duty
from services.register.standing import Sighting, day_of

ISSUER = "云溪市青禾区财政局"


def duty(due: str = "2025-08-31", **changes: Any) -> Duty:
    about: dict[str, Any] = {
        "issuer": ISSUER,
        "region": ("云溪市", "青禾区"),
        "kind": Kind.FINAL_ACCOUNTS,
        "scope": Scope.DEPARTMENT,
        "fiscal_year": 2024,
    }
    return Duty(**{**about, "due": fixed(date.fromisoformat(due)), **changes})


def report(published: str | None = None, found: str = "2025-09-10T09:00:00+08:00", **changes: Any) -> Report:
    identity = Identity(
        **{
            "issuer": ISSUER,
            "region": ("云溪市", "青禾区"),
            "kind": Kind.FINAL_ACCOUNTS,
            "scope": Scope.DEPARTMENT,
            "fiscal_year": 2024,
            "published": date.fromisoformat(published) if published else None,
            **{key: value for key, value in changes.items() if key in Identity.model_fields},
        }
    )
    others = {key: value for key, value in changes.items() if key not in Identity.model_fields}
    made = {"document": "d1", "url": "https://x/1.pdf", "source": "a", "fetched_at": datetime.fromisoformat(found), **others}
    return Report(report_id=report_id(identity, "x"), identity=identity, **made)


def sighting(published: str | None = None, found: str = "2025-09-10T09:00:00+08:00", **changes: Any) -> Sighting:
    made = report(published, found, **changes)
    who = made.identity
    assert who.issuer and who.kind and who.fiscal_year
    return Sighting(
        made.document, made.url or "", made.report_id, made.source or "", who.issuer, who.region, who.kind, who.scope,
        who.fiscal_year, who.published, day_of(made.fetched_at or datetime.now(UTC)),
    )  # fmt: skip
