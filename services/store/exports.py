"""What is handed on of the store: discrepancies as they stand, and facts, streamed so that their number does not matter."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO

import asyncpg

from schemas.report import Identity
from schemas.validation import Category, Discrepancy, Interval, Severity, State, Text

PREFETCH = 500
"""Rows asked for at once."""


@dataclass(frozen=True)
class Selection:
    """Which reports and discrepancies; every condition that is given must hold.

    ``issuer`` is a part of the name, ``region`` one of its names, ``since`` the first day on which a discrepancy was last seen
    (of facts: on which their document was found). ``states`` and ``severities`` are of discrepancies only.
    """

    issuer: str | None = None
    region: str | None = None
    year: int | None = None
    since: date | None = None
    severities: tuple[Severity, ...] = (Severity.ERROR, Severity.WARNING)
    states: tuple[State, ...] = (State.OPENED, State.CHANGED)

    @property
    def of_reports(self) -> tuple[Any, ...]:
        """The values of ``_REPORTS``."""
        return (self.issuer, self.region, self.year)

    @property
    def moment(self) -> datetime | None:
        """When ``since`` begins."""
        return datetime.combine(self.since, time(), UTC) if self.since else None


@dataclass(frozen=True)
class Finding:
    """A discrepancy, with the printed titles of the tables of its document that have one, by index."""

    discrepancy: Discrepancy
    titles: Mapping[int, str]


_REPORTS = """
($1::text IS NULL OR strpos(r.issuer, $1) > 0) AND ($2::text IS NULL OR $2 = ANY (r.region))
AND ($3::int IS NULL OR r.fiscal_year = $3)
"""
_FINDINGS = """
SELECT d.*, v.document, v.title, v.published, v.money_units, v.conflicts, r.issuer, r.region, r.scope, r.kind, r.fiscal_year,
       (SELECT jsonb_object_agg(t.position, t.title) FROM disclosures.report_table t
        WHERE t.version_id = d.version_id AND t.title IS NOT NULL) AS titles
FROM disclosures.discrepancy d
JOIN disclosures.report r USING (report_id)
JOIN disclosures.report_version v ON v.version_id = d.version_id
"""
_ORDER = """
ORDER BY r.issuer, r.fiscal_year DESC, r.kind, r.scope, d.report_id,
         array_position(ARRAY['error', 'warning', 'rounding'], d.severity), d.rule, d.discrepancy_id
"""
_SELECTED = f"""{_FINDINGS} WHERE {_REPORTS} AND v.superseded_by IS NULL AND d.severity = ANY ($4) AND d.state = ANY ($5)
AND ($6::timestamptz IS NULL OR d.last_seen >= $6) {_ORDER}"""
_OF = f"{_FINDINGS} WHERE $1 IN (d.report_id, d.discrepancy_id) {_ORDER}"


async def findings(connection: asyncpg.Connection, selection: Selection) -> AsyncGenerator[Finding, None]:
    """The selected discrepancies as they stand now, one report after the other, the gravest first. Raises asyncpg's errors."""
    severities, states = [s.value for s in selection.severities], [s.value for s in selection.states]
    values = (*selection.of_reports, severities, states, selection.moment)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        async for row in connection.cursor(_SELECTED, *values, prefetch=PREFETCH):
            yield _finding(row)


async def findings_of(connection: asyncpg.Connection, identifier: str) -> list[Finding]:
    """Every discrepancy of a report, or the one, as they stand now; none where there is no such id. Raises asyncpg's errors."""
    return [_finding(row) for row in await connection.fetch(_OF, identifier)]


def _finding(row: asyncpg.Record) -> Finding:
    titles = {int(index): title for index, title in json.loads(row["titles"] or "{}").items()}
    return Finding(discrepancy_of(row), titles)


def discrepancy_of(row: asyncpg.Record) -> Discrepancy:
    """The event whose rows these are: ``rows.discrepancy``, the other way round."""
    identity = Identity(
        issuer=row["issuer"],
        region=tuple(row["region"]),
        scope=row["scope"],
        kind=row["kind"],
        fiscal_year=row["fiscal_year"],
        money_units=tuple(row["money_units"] or ()),
        title=row["title"],
        published=row["published"],
        conflicts=tuple(row["conflicts"] or ()),
    )
    return Discrepancy(
        discrepancy_id=row["discrepancy_id"],
        report_id=row["report_id"],
        document=row["document"],
        identity=identity,
        url=row["url"],
        rule=row["rule"],
        rule_version=row["rule_version"],
        category=Category(row["category"]),
        severity=Severity(row["severity"]),
        state=State(row["state"]),
        subject=row["subject"],
        stated=row["stated"],
        expected=row["expected"],
        difference=row["difference"],
        stated_interval=_interval(row["stated_low"], row["stated_high"]),
        expected_interval=_interval(row["expected_low"], row["expected_high"]),
        message=Text(zh=row["message_zh"], en=row["message_en"]),
        cause=Text(zh=row["cause_zh"], en=row["cause_en"]) if row["cause_zh"] is not None else None,
        basis=row["basis"],
        broken=tuple(row["broken"]),
        evidence=json.loads(row["evidence"]),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
    )


def _interval(low: Any, high: Any) -> Interval | None:
    return None if low is None else Interval(low=low, high=high)


# The columns of the resources of a data package, in order: name → SQL. Text of documents must not be a formula where a
# spreadsheet opens the file (OWASP: CSV injection); a number with a sign is none.
def _safe(column: str) -> str:
    return (
        f"CASE WHEN {column} ~ '^[=+\\-@\\t\\r\\n＝＋－＠]' AND {column} !~ '^[+-]*[0-9][0-9,]*[.]?[0-9]*%?$' "
        f"THEN '''' || {column} ELSE {column} END"
    )


def _name(scheme: str, column: str) -> str:
    return (
        f"(SELECT c.name FROM disclosures.classification c WHERE c.scheme = '{scheme}' AND c.code = {column} "  # noqa: S608
        "AND c.first_year <= f.year AND (c.last_year IS NULL OR f.year <= c.last_year) "
        "ORDER BY c.first_year DESC, c.name LIMIT 1)"
    )


REPORTS: dict[str, str] = {
    "report_id": "r.report_id",
    "issuer": _safe("r.issuer"),
    "region": _safe("array_to_string(r.region, '/')"),
    "kind": "r.kind",
    "scope": "r.scope",
    "fiscal_year": "r.fiscal_year",
    "title": _safe("v.title"),
    "published": "v.published",
    "url": _safe("v.url"),
    "document": "v.document",
    "fetched_at": "to_char(v.fetched_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
    "errors": "x.errors",
    "warnings": "x.warnings",
}
FACTS: dict[str, str] = {
    "report_id": "r.report_id",
    "fact_id": "f.fact_id",
    "issuer": _safe("r.issuer"),
    "region": _safe("array_to_string(r.region, '/')"),
    "kind": "r.kind",
    "year": "f.year",
    "phase": "f.phase",
    "direction": "CASE WHEN f.concept IN ('income', 'income_total') THEN 'revenue' "
    "WHEN f.concept IN ('expenditure', 'expenditure_total') THEN 'expenditure' END",
    "concept": "f.concept",
    "measure": "f.measure",
    "fund": "f.fund",
    "nature": "f.nature",
    "function": "f.function",
    "function_name": _name("function", "f.function"),
    "economy": "f.economy",
    "economy_name": _name("economy", "f.economy"),
    "item": _safe("f.item"),
    "base": "f.base",
    "value": "f.value",
    "unit": "f.unit",
    "decimals": "f.decimals",
    "text": _safe("f.text"),
    "source": "f.source",
    "page": "f.page",
    "table": "f.table_position",
    "row": "f.table_row",
    "column": "f.table_column",
    "preferred": "f.preferred::text",
    "confidence": "f.confidence",
}
MONEY = "f.unit = 'CNY'"
_VERSIONS = "disclosures.report r JOIN disclosures.report_version v ON v.version_id = r.latest"
_WHICH = f"{_REPORTS} AND ($4::timestamptz IS NULL OR v.fetched_at >= $4)"


async def copy_reports(connection: asyncpg.Connection, selection: Selection, out: BinaryIO) -> int:
    """Write the selected reports as CSV with the columns of ``REPORTS``; their number. Raises asyncpg's errors."""
    source = f"{_VERSIONS} LEFT JOIN disclosures.validation x USING (version_id)"
    return await _copy(connection, REPORTS, source, _WHICH, "r.issuer, r.fiscal_year, r.report_id", selection, out)


async def copy_facts(connection: asyncpg.Connection, selection: Selection, out: BinaryIO, *, money: bool) -> int:
    """Write the facts of the selected reports, of the version that counts today, as CSV with the columns of ``FACTS``: the
    amounts of money, or all others; their number. Raises asyncpg's errors."""
    source = f"{_VERSIONS} JOIN disclosures.fact f USING (version_id)"
    which = f"{_WHICH} AND {MONEY if money else f'NOT ({MONEY})'}"
    return await _copy(connection, FACTS, source, which, "f.version_id, f.fact_id", selection, out)


async def _copy(
    connection: asyncpg.Connection,
    columns: Mapping[str, str],
    source: str,
    which: str,
    order: str,
    selection: Selection,
    out: BinaryIO,
) -> int:
    """PostgreSQL writes the CSV: a row never becomes an object here, and none is held."""
    named = ", ".join(f'{expression} AS "{name}"' for name, expression in columns.items())
    query = f"SELECT {named} FROM {source} WHERE {which} ORDER BY {order}"  # noqa: S608 - put together of our own constants
    values: Sequence[Any] = (*selection.of_reports, selection.moment)
    done = await connection.copy_from_query(query, *values, output=out, format="csv", header=True)
    return int(done.split()[-1])
