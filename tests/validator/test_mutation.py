"""The benchmark of mutations, on the samples: nearly every mistake is reported at its number, in the report and in the file."""

import random
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.mutation.__main__ import BARS, trials
from benchmarks.mutation.candidates import lines
from benchmarks.mutation.in_report import changed
from benchmarks.mutation.slips import SLIPS, in_words, number, other_unit, value_of
from benchmarks.mutation.verdict import Fate
from deploy.local.samples.figures import bodies
from deploy.local.samples.final_accounts import final_accounts
from deploy.local.samples.site import BUDGET_ARTICLE, pages
from services.parser.report import build_report
from services.validator.check import check
from tests.harmless.copying import in_text


@pytest.mark.parametrize("kind", sorted(SLIPS))
@pytest.mark.parametrize("printed", ["1,464.43", "97", "0.05", "189,767,551", "4.26%", "-12.00"])
def test_a_slip_is_another_number_beyond_rounding(kind: str, printed: str) -> None:
    before, digits, after = number(printed) or ("", "", "")
    assert before + digits + after == printed
    for seed in range(20):
        slip = SLIPS[kind](digits, random.Random(seed))
        if slip is not None:
            assert abs(value_of(slip) - value_of(digits)) > Decimal("0.01")


def test_how_slips_are_printed() -> None:
    chance = random.Random(1)
    assert SLIPS["ten times"]("1,464.43", chance) == "14,644.30"
    assert SLIPS["a tenth"]("97", chance) == "9.7"
    assert SLIPS["transposed"]("11", chance) is None
    assert in_words(Decimal("14644300"), 2, grouped=True) == "14,644,300.00"
    assert (other_unit(" 万元"), other_unit("元"), other_unit("%")) == (" 元", "万元", None)


def documents(directory: Path) -> list[Path]:
    copy, page = directory / "copy.txt", directory / "budget.html"
    copy.write_text(in_text(final_accounts(bodies()["water"], 2024, "2025-08-20")), encoding="utf-8")
    page.write_bytes(pages(1)[BUDGET_ARTICLE][1])
    return [copy, page]


def test_mistakes_in_the_samples_are_reported_at_their_numbers(tmp_path: Path) -> None:
    done = [trial for path in documents(tmp_path) for trial in trials(path, 2, 1, ("report", "file"))]
    assert {trial.where for trial in done} == {"report", "file"}
    for source, bar in BARS.items():
        mine = [trial for trial in done if trial.source == source]
        found = sum(trial.fate is Fate.FOUND for trial in mine)
        assert len(mine) > 20 and found >= bar * len(mine), [trial for trial in mine if trial.fate is not Fate.FOUND]


def test_a_class_left_out_of_a_totals_table_is_missed_by_the_total_of_its_side() -> None:
    report = build_report(pages(1)[BUDGET_ARTICLE][1], name="budget.html")
    drops = [each for each in lines(report) if report.tables[each.table].kind == "income_expenditure" and each.line.code]
    assert len(drops) > 2
    for drop in drops:
        told = [item for item in check(changed(report, drop)).discrepancies if item.rule == "table.hierarchy"]
        assert any(f"其他表列有{drop.line.code}而本表没有" in item.message.zh for item in told), told
