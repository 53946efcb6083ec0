"""``gouji show`` and ``gouji search`` say what is stored."""

from __future__ import annotations

import pytest

from schemas.report import Report
from tests.cli.conftest import Gouji
from tests.cli.stored import discrepancies, events, evil

pytestmark = pytest.mark.postgres


def growth():
    return next(d for d in discrepancies() if d.rule == "claim.growth")


def test_a_report_is_shown_with_its_versions_and_what_does_not_agree(gouji: Gouji, asked: str) -> None:
    report = next(e for e in events() if isinstance(e, Report) and e.identity.fiscal_year == 2024)
    output = gouji("show", report.report_id[:6]).stdout
    assert "云溪市青禾区河湖管理中心 · 2024 · final accounts · department" in output
    assert "version 1(counts today)  found 2025-08-20 09:30" in output.replace("1 (", "1(")
    assert report.document[:16] in output
    for d in discrepancies():
        assert (d.discrepancy_id in output) is (d.report_id == report.report_id)


def test_a_discrepancy_is_shown_with_its_proof_and_its_life(gouji: Gouji, asked: str) -> None:
    d = growth()
    output = gouji("show", d.discrepancy_id[:8].upper(), "--lang", "zh").stdout
    for part in ("错误", "34.02万元", "第18页", "可能原因", "经过", "2025-08-20 09:30  未更正  第1版", d.report_id, d.url):
        assert part in output


@pytest.mark.parametrize(
    ("asked_for", "reason"),
    [
        ("abc", "an id is 4 to 32 characters"),
        ("zzzz", "an id is 4 to 32 characters"),
        ("0123456789", "no report or discrepancy has an id that begins with 0123456789"),
    ],
)
def test_an_id_that_is_none_is_said(gouji: Gouji, asked: str, asked_for: str, reason: str) -> None:
    result = gouji("show", asked_for)
    assert result.exit_code == 2 and reason in result.stderr


def test_an_ambiguous_id_lists_what_it_may_mean(gouji: Gouji, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.cli import stored

    monkeypatch.setattr(stored, "LEAST", 0)
    result = gouji("show", "")
    assert result.exit_code == 2 and "several ids begin with" in result.stderr
    assert growth().discrepancy_id in result.stderr and "claim.growth" in result.stderr


@pytest.mark.parametrize(
    ("words", "where", "there"),
    [
        ("河湖管理中心", "report", "云溪市青禾区河湖管理中心2024年度部门决算"),
        ("transposed", "discrepancy", "two neighbouring digits are transposed"),
        ("CLAIM.GROWTH", "discrepancy", "2024"),
        ("收入支出总计 34.02万元", "claim", "增加34.02万元"),
        ("更新公务用车 114.61%", "paragraph", "page 20"),
    ],
)
def test_what_has_all_the_words_is_found(gouji: Gouji, asked: str, words: str, where: str, there: str) -> None:
    result = gouji("search", words, "--in", where)
    assert result.exit_code == 0 and there in result.stdout


def test_what_means_something_in_a_pattern_is_itself(gouji: Gouji, asked: str) -> None:
    assert gouji("search", "河_管理").exit_code == 1
    assert gouji("search", "河%心").exit_code == 1
    assert gouji("search", "\\").exit_code == 1


def test_only_so_many_are_shown_and_that_there_are_more(gouji: Gouji, asked: str) -> None:
    output = gouji("search", "云溪市", "--in", "paragraph", "--limit", "2").stdout
    assert "the first 2; --limit shows more" in output and output.count("云溪市青禾区") == 4


def test_hostile_words_do_not_steer_the_terminal(gouji: Gouji, asked: str) -> None:
    for output in (gouji("search", "HYPERLINK").stdout, gouji("show", evil().discrepancy_id).stdout):
        assert "evil.example" in output and "\x1b[31m" not in output
