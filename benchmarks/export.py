"""Memory and CPU time of ``gouji export``: it must not matter how much is exported.

``python -m benchmarks.export [FACTS DISCREPANCIES]`` (1,000,000 and 25,000) fills a database of its own on the local
PostgreSQL, exports it in every format, and prints for each, and for a hundredth of it, the peak memory of the exporting
process and its CPU time.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import asyncpg

from deploy.local.parts import LocalParts
from services.store.migrate import upgrade

FACTS_EACH = 300
DOCUMENTS = 250  # with discrepancies: as many as a workbook takes

REPORTS = """
INSERT INTO disclosures.document (sha256) SELECT lpad(to_hex(n), 64, '0') FROM generate_series(1, $1::int) n;
INSERT INTO disclosures.report (report_id, issuer, region, scope, kind, fiscal_year)
SELECT lpad(to_hex(n), 32, '0'), '云溪市第' || n || '图书馆', ARRAY['云溪市', '区' || n % 100], 'unit',
       'final_accounts', 2015 + n % 10 FROM generate_series(1, $1::int) n;
INSERT INTO disclosures.report_version (version_id, report_id, document, title, url, fetched_at, said_at, event_id)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0'), lpad(to_hex(n), 64, '0'), '云溪市第' || n || '图书馆年度决算',
       'https://www.example.gov.cn/' || n || '.pdf', now(), now(), n::text FROM generate_series(1, $1::int) n;
UPDATE disclosures.report SET latest = report_id::uuid
"""
FACTS = """
INSERT INTO disclosures.fact (version_id, fact_id, concept, measure, fund, nature, function, phase, year, value, unit, decimals,
                              scale, text, source, preferred, page, table_position, table_row, table_column, confidence)
SELECT r.latest, 't' || f, 'expenditure', CASE WHEN f % 10 = 0 THEN 'count' ELSE 'amount' END, 'general', 'total',
       '20' || lpad((f % 20 + 1)::text, 2, '0') || '01', 'final', r.fiscal_year, f * 1234.56,
       CASE WHEN f % 10 = 0 THEN '人' ELSE 'CNY' END, -2, 4, f || '.56', 'table', true, f / 30 + 1, f / 30, f % 30, 3, 1
FROM disclosures.report r CROSS JOIN generate_series(1, $1::int) f
"""
DISCREPANCIES = """
INSERT INTO disclosures.discrepancy (discrepancy_id, report_id, version_id, rule, rule_version, category, severity, state,
    subject, stated, expected, message_zh, message_en, basis, broken, quotes, evidence, first_seen, last_seen, said_at, event_id)
SELECT md5(r.report_id || d), r.report_id, r.latest, 'claim.growth', 1, 'narrative-arithmetic', 'error', 'opened', d::text,
       '1.13%', '1.14%',
       repeat('增长率应以上年数为基数，34.02/(3019.42-34.02)应为1.14%。', 3), repeat('growth is stated as 1.13%. ', 5),
       '财预〔2016〕143号', '{}', ARRAY['增加34.02万元，增长1.13%'], '[{"quote": "增加34.02万元，增长1.13%", "page": 18}]',
       now(), now(), now(), d::text
FROM (SELECT * FROM disclosures.report ORDER BY report_id LIMIT $1::int) r CROSS JOIN generate_series(1, $2::int) d
"""


async def fill(dsn: str, facts: int, discrepancies: int) -> None:
    reports = max(1, facts // FACTS_EACH)
    documents = min(reports, DOCUMENTS)
    connection = await asyncpg.connect(dsn)
    for statement in filter(str.strip, REPORTS.split(";")):
        await connection.execute(statement.replace("$1", str(reports)))
    await connection.execute(FACTS.replace("$1", str(FACTS_EACH)))
    await connection.execute(DISCREPANCIES.replace("$1", str(documents)).replace("$2", str(max(1, discrepancies // documents))))
    await connection.execute("ANALYZE")
    await connection.close()


def export(dsn: str, form: str, folder: Path) -> tuple[float, float, int]:
    """Peak memory in MiB, CPU seconds and bytes written of one export."""
    target = folder / f"out.{form}"
    command = [sys.executable, "-m", "services.cli", "export", "--format", form, "--output", str(target)]
    process = os.spawnve(os.P_NOWAIT, sys.executable, command, {**os.environ, "DATABASE_URL": dsn})
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"{form}: exit code {os.waitstatus_to_exitcode(status)}")
    size = sum(f.stat().st_size for f in target.iterdir()) if target.is_dir() else target.stat().st_size
    return used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, size


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    facts, discrepancies = given if len(given) == 2 else (1_000_000, 25_000)
    with tempfile.TemporaryDirectory(prefix="gouji-export-") as temporary:
        folder = Path(temporary)
        parts = LocalParts(folder / "parts")
        admin = parts.start_postgres()
        try:
            for share in (100, 1):
                name = f"export_{share}"
                asyncio.run(_create(admin, name))
                dsn = admin.rsplit("/", 1)[0] + f"/{name}"
                upgrade(dsn)
                asyncio.run(fill(dsn, facts // share, discrepancies // share))
                for form in ("package", "csv", "jsonl", "xlsx"):
                    number = (facts if form == "package" else discrepancies) // share
                    memory, seconds, size = export(dsn, form, folder)
                    figures = f"{memory:6.0f} MiB peak  {seconds:6.1f} s CPU  {size / 1024**2:7.1f} MiB written"
                    print(f"{form:8} {number:9,} rows  {figures}", flush=True)
        finally:
            parts.stop()


async def _create(admin: str, name: str) -> None:
    connection = await asyncpg.connect(admin)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()


if __name__ == "__main__":
    main()
