"""A database that holds what the sample site's two disclosures say, as the services would have stored it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import asyncpg

from deploy.local.samples.site import BUDGET_ARTICLE, FINAL_PDF, pages
from schemas.base import Contract
from schemas.place import Evidence
from schemas.validation import Discrepancy, Text
from services.parser.report import build_report
from services.store.told import tell
from services.store.writer import prepare, write
from services.validator.check import check

SEEN = datetime(2025, 8, 20, 9, 30, tzinfo=UTC)


@cache
def events() -> tuple[Contract, ...]:
    """Reports, validations and discrepancies of the first day."""
    made: list[Contract] = []
    for path in (FINAL_PDF, BUDGET_ARTICLE):
        url = f"https://www.example.gov.cn{path}"
        report = build_report(pages(1)[path][1], name=path, url=url).model_copy(update={"fetched_at": SEEN})
        result = check(report)
        found = [d.model_copy(update={"first_seen": SEEN, "last_seen": SEEN}) for d in result.discrepancies]
        made += [report, result.validation, *found]
    return tuple(made)


EVIL = '=HYPERLINK("http://evil.example","x")\x1b[31m\r\n</a>'


def evil() -> Discrepancy:
    """A discrepancy whose every word would be something else in a spreadsheet, a page or a terminal."""
    first = discrepancies()[0]
    said = Text(zh=EVIL, en=EVIL)
    words: dict[str, Any] = dict.fromkeys(("stated", "expected", "difference", "subject", "basis"), EVIL)
    identity = first.identity.model_copy(update={"issuer": EVIL, "title": EVIL, "region": ("@SUM(1)",)})
    words |= {"report_id": "f" * 32, "discrepancy_id": "e" * 32, "document": "0" * 64, "url": "javascript:alert(1)"}
    return first.model_copy(
        update=words | {"identity": identity, "message": said, "cause": said, "evidence": (Evidence(quote=EVIL),)}
    )


def discrepancies() -> list[Discrepancy]:
    return [event for event in events() if isinstance(event, Discrepancy)]


async def fill(dsn: str, *more: Contract) -> None:
    """Store the sample site's events, and more."""
    connection = await asyncpg.connect(dsn)
    await prepare(connection)
    await write(connection, [tell(event, SEEN) for event in (*events(), *more)])
    await connection.close()
