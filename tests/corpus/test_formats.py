"""The corpus' text copies written again as a web page in GBK, in Word and in Excel: the same facts as from the original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from benchmarks.accuracy import corpus
from schemas.report import Report
from services.parser.layout import Layout
from services.parser.readers import read
from services.parser.report import build_report
from tests.corpus.remake import as_docx, as_html, as_xlsx

CORPUS = corpus()
COPIES = sorted(CORPUS.glob("*.txt"))

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not COPIES, reason=f"no corpus at {CORPUS} (set GOUJI_CORPUS)")]


@cache
def original(path: Path) -> tuple[Layout, Report]:
    body = path.read_bytes()
    return read(body, path.name), build_report(body, name=path.name)


def facts(report: Report) -> Counter[str]:
    """Facts without their places, which are those of the format, and with one kind of blank."""
    alike = (fact.model_copy(update={"text": " ".join(fact.text.split())}) for fact in report.facts)
    return Counter(fact.model_dump_json(exclude={"id", "place"}) for fact in alike)


@pytest.mark.parametrize("path", COPIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("write", [as_html, as_docx, as_xlsx], ids=["html", "docx", "xlsx"])
def test_another_format_states_the_same_facts(path: Path, write: Callable[[Layout], bytes]) -> None:
    layout, report = original(path)
    again = build_report(write(layout), name=path.name)
    assert facts(report)
    assert facts(again) - facts(report) == Counter()
    assert facts(report) - facts(again) == Counter()
    assert again.identity.issuer == report.identity.issuer and again.identity.fiscal_year == report.identity.fiscal_year
