"""What the sample site's two days make the services say, without a broker: the events that reach the store."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local import samples
from deploy.local.samples.site import BUDGET_ARTICLE, FINAL_ARTICLE, FINAL_PDF, LISTING, pages
from schemas.base import Contract
from schemas.raw import RawDocument
from schemas.report import Report
from services.parser.service import parse
from services.register.entries import read_register
from services.register.standing import Sighting, match, stand
from services.store.told import Told, tell
from services.validator.follow import follow
from services.validator.history import MemoryHistory

SITE = "https://www.qinghe.example"
DAYS = (datetime(2025, 8, 20, 9, 30, tzinfo=UTC), datetime(2025, 9, 3, 9, 30, tzinfo=UTC))
REGISTER = Path(samples.__file__).with_name("register.yaml")
DOCUMENTS = {FINAL_PDF: (FINAL_ARTICLE, "application/pdf"), BUDGET_ARTICLE: (LISTING, "text/html")}


async def sample_events() -> list[Told]:
    """The events in the order in which they are said."""
    said: list[Told] = []
    async for event, moment in _days():
        said.append(tell(event, max(moment, said[-1].time) + timedelta(seconds=1) if said else moment))
    return said


async def _days() -> AsyncIterator[tuple[Contract, datetime]]:
    history = MemoryHistory()
    reports: list[Report] = []
    bodies: dict[str, bytes] = {}
    for day, moment in enumerate(DAYS, start=1):
        for path, (referrer, media_type) in DOCUMENTS.items():
            body = pages(day)[path][1]
            if bodies.get(path) == body:
                continue
            bodies[path] = body
            raw = RawDocument(
                url=SITE + path,
                referrer=SITE + referrer,
                fetched_at=moment,
                status=200,
                media_type=media_type,
                sha256=hashlib.sha256(body).hexdigest(),
                size=len(body),
                source="sample",
                version=day,
            )
            yield raw, moment
            report = parse(raw, body)
            reports.append(report)
            yield report, moment
            validation, discrepancies = await follow(report, history, seen=moment)
            yield validation, moment
            for discrepancy in discrepancies:
                yield discrepancy, moment
        for expectation in _register(reports, moment):
            yield expectation, moment


def _register(reports: list[Report], now: datetime) -> list[Contract]:
    duties = read_register(REGISTER)
    seen = [
        Sighting(
            r.document, r.url or "", r.report_id, "sample", r.identity.issuer or "", r.identity.region, r.identity.kind,
            r.identity.scope, r.identity.fiscal_year or 0, r.identity.published, DAYS[0].date(),
        )
        for r in reports
    ]  # fmt: skip
    return [stand(duty, match(duty, seen, lambda _: duties).counted, now) for duty in duties]
