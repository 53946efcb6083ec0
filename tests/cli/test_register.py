"""``gouji register status``: a table for people, rows for programs, and what keeps it from saying anything."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from schemas.report import Scope
from services.register.register import Register, open_register_pool
from tests.cli.conftest import HOSTILE, Gouji
from tests.register.conftest import duty, report

pytestmark = pytest.mark.postgres
NOW = datetime(2025, 9, 15, 4, tzinfo=UTC)


@pytest.fixture
def registered(database, monkeypatch):
    """A database with one published in time, one late, one missing (the unit's was found), one not yet due."""

    async def fill():
        pool = await open_register_pool(database)
        names = ("财政局", "教育局", HOSTILE.replace("\x1b", ""), "档案馆")
        duties = [
            duty(due, issuer=f"云溪市青禾区{name}")
            for name, due in zip(names, ("2025-08-31",) * 3 + ("2025-09-30",), strict=True)
        ]

        async def publish(events):
            return None

        register = Register(pool, duties, publish, lambda: NOW, timedelta(0))
        await register.enroll()
        await register.see(report("2025-08-20", document="a", url="https://x/a.pdf"), NOW)
        await register.see(report("2025-09-01", document="b", url="https://x/b.pdf", issuer=duties[1].issuer), NOW)
        await register.see(
            report("2025-08-20", document="c", url="https://x/c.pdf", issuer=duties[2].issuer, scope=Scope.UNIT), NOW
        )
        pool.terminate()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", database)


def test_the_table_says_who_and_how_many(gouji: Gouji, registered):
    result = gouji("register", "status")
    assert result.exit_code == 0
    rows = [line for line in result.stdout.splitlines() if "云溪市青禾区" in line]
    assert [line.split()[1] for line in rows] == ["missing", "late", "not", "in"]
    about = "".join(line.split("│")[-2] for line in result.stdout.splitlines() if line.startswith("│"))
    assert "notcounted,ofanotherscope(department,unit)orofnone:https://x/c.pdf" in "".join(about.split())
    assert result.stdout.splitlines()[-1] == "missing 1  late 1  not due yet 1  in time 1"
    chinese = gouji("register", "status", "--lang", "zh").stdout.splitlines()[-1]
    assert chinese == "逾期未公开 1  逾期公开 1  未到期 1  按期公开 1"


def test_rows_for_programs(gouji: Gouji, registered):
    rows = json.loads(gouji("register", "status", "--format", "json", "--standing", "missing", "--standing", "late").stdout)
    assert [(row["standing"], row["due"], row["published"]) for row in rows] == [
        ("missing", "2025-08-31", None),
        ("late", "2025-08-31", "2025-09-01"),
    ]
    assert rows[0]["near"] == [{"why": "scope", "url": "https://x/c.pdf", "issuer": rows[0]["issuer"]}]
    assert (rows[1]["url"], rows[1]["region"]) == ("https://x/b.pdf", ["云溪市", "青禾区"])


def test_csv_without_formulas(gouji: Gouji, registered, tmp_path):
    file = tmp_path / "out.csv"
    assert gouji("register", "status", "--format", "csv", "-o", file, "--issuer", "青禾区档案馆").exit_code == 0
    (row,) = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (row["standing"], row["due"], row["region"]) == ("expected", "2025-09-30", "云溪市 青禾区")


@pytest.mark.parametrize("options", [("--year", "2023"), ("--issuer", "没有")])
def test_nothing_like_that(gouji: Gouji, registered, options):
    result = gouji("register", "status", *options)
    assert "missing 0  late 0  not due yet 0  in time 0" in result.stdout or "nothing is registered like that" in result.stdout


def test_what_keeps_it_from_saying_anything(gouji: Gouji, database, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", database)
    result = gouji("register", "status")
    assert (result.exit_code, "no register has run" in result.stderr) == (2, True)
    assert gouji("register", "status", "-o", tmp_path).exit_code == 2
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    result = gouji("register", "status")
    assert (result.exit_code, "DATABASE_URL" in result.stderr, "secret" in result.stderr) == (2, True, False)
    monkeypatch.setenv("DATABASE_URL", database.replace("gouji:", "nobody:"))
    assert gouji("register", "status").exit_code == 2
