"""The command run in this process, on the sample documents."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.local.postgres import fresh_database
from deploy.local.samples.site import BUDGET_ARTICLE, FINAL_PDF, pages
from schemas.validation import Text
from services.cli import app
from services.cli.check import examine
from services.cli.outcome import Outcome
from services.store.migrate import upgrade
from tests.cli.stored import evil, fill

Gouji = Callable[..., Result]


@pytest.fixture
def gouji(monkeypatch: pytest.MonkeyPatch) -> Gouji:
    """Runs ``gouji`` with these arguments, in English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    return lambda *arguments, **options: runner.invoke(app, [str(each) for each in arguments], **options)


@pytest.fixture(scope="session")
def filled(postgres: str) -> Iterator[str]:
    """DSN of a database that holds the sample site and one hostile discrepancy; read it, do not write."""
    with fresh_database(postgres) as dsn:
        upgrade(dsn)
        asyncio.run(fill(dsn, evil()))
        yield dsn


@pytest.fixture
def asked(filled: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database that the commands ask: the filled one."""
    monkeypatch.setenv("DATABASE_URL", filled)
    return filled


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the first day's final accounts (PDF), budget (HTML) and their corrected version."""
    directory = tmp_path_factory.mktemp("samples")
    for day in (1, 2):
        site = pages(day)
        (directory / f"final-{day}.pdf").write_bytes(site[FINAL_PDF][1])
    (directory / "budget.html").write_bytes(pages(1)[BUDGET_ARTICLE][1])
    return directory


@pytest.fixture(scope="session")
def final(samples: Path) -> Path:
    return samples / "final-1.pdf"


@pytest.fixture(scope="session")
def budget(samples: Path) -> Path:
    return samples / "budget.html"


@pytest.fixture(scope="session")
def final_outcome(final: Path) -> Outcome:
    return examine(str(final))


@pytest.fixture(scope="session")
def budget_outcome(budget: Path) -> Outcome:
    return examine(str(budget))


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document without a discrepancy."""
    file = tmp_path_factory.mktemp("clean") / "clean.txt"
    file.write_text("某区档案馆2024年度部门决算\n支出总计120.00万元，与上年相比增加20.00万元，增长20.00%。\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small document whose growth is against the wrong base, and whose share lacks its percent sign."""
    file = tmp_path_factory.mktemp("wrong") / "wrong.txt"
    sentences = "支出总计120.00万元，与上年相比增加20.00万元，增长16.67%。\n其中：项目支出60.00万元，占50.00。\n"
    file.write_text(f"某区档案馆2024年度部门决算\n{sentences}", encoding="utf-8")
    return file


HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script><img src=x onerror=alert(2)> [red]x[/red] {{ 7*7 }} \x1b[31m"
"""What must stay text whatever it is printed into."""


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document whose broken sentence, title and name are hostile."""
    file = tmp_path_factory.mktemp("hostile") / "<img src=x onerror=alert(3)>[red].html"
    sentence = f"{HOSTILE}支出总计120.00万元，与上年相比增加20.00万元，增长16.67%。"
    body = "".join(
        f"<p>{escape(text)}</p>" for text in (f"{HOSTILE}2024年度部门决算", sentence, f"{HOSTILE}项目支出60.00万元，占50.00。")
    )
    file.write_text(f"<html><head><title>{escape(HOSTILE)}</title></head><body>{body}</body></html>", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def hostile_outcome(hostile: Path) -> Outcome:
    """What checking it gave, every text of its discrepancies hostile from its first character on."""
    outcome = examine(str(hostile))
    words = Text(zh=HOSTILE, en=HOSTILE)
    changes = {"message": words, "cause": words, "basis": HOSTILE, "stated": HOSTILE, "expected": HOSTILE, "difference": HOSTILE}
    found = tuple(
        each.model_copy(update={**changes, "evidence": tuple(e.model_copy(update={"quote": HOSTILE}) for e in each.evidence)})
        for each in outcome.discrepancies
    )
    assert any(each.evidence for each in found)
    return replace(outcome, discrepancies=found)
