"""The life of a discrepancy over versions, whatever order they come in."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from deploy.local.samples.site import FINAL_PDF, pages
from schemas.report import ClaimKind, Kind, Phase, Report
from schemas.validation import Discrepancy, Severity, State
from services.parser.report import build_report
from services.validator.follow import follow
from services.validator.history import History, MemoryHistory, PostgresHistory
from services.validator.samples import Draft

START = datetime(2024, 9, 1, tzinfo=UTC)


def version(number: int, total: str, share: str = "25.00") -> Report:
    """A statement whose total should be 60.00 and a share that should be 25.00 %."""
    draft = Draft().table(
        "general_expenditure",
        [("合计", {"fund": "general"})],
        [("", "合计", total), ("201", "甲", "40.00"), ("208", "乙", "20.00")],
        parents={1: 0, 2: 0},
    )
    draft.paragraph(f"政府采购支出80.00万元，其中货物20.00万元，占{share}%。")
    whole = draft.number("80.00", "万元", "procurement")
    part = draft.number("20.00", "万元", "procurement.goods")
    draft.claim(ClaimKind.SHARE, part=part, whole=whole, rate=draft.number(share, "%", "procurement.goods"))
    return draft.report().model_copy(update={"document": f"{number:064d}", "version": number})


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
async def history(request: pytest.FixtureRequest) -> AsyncIterator[History]:
    if request.param == "memory":
        yield MemoryHistory()
        return
    opened = await PostgresHistory.open(request.getfixturevalue("database"))
    yield opened
    opened.close()


async def tell(history: History, *reports: Report) -> dict[str, State]:
    """Follow reports in turn; the last state of every error by the number stated."""
    states: dict[str, State] = {}
    for report in reports:
        seen = START + timedelta(days=report.version)
        _, discrepancies = await follow(report, history, seen=seen)
        states.update(
            {item.stated or "": item.state for item in discrepancies if item.severity is Severity.ERROR and item.stated}
        )
    return states


async def test_a_corrected_version_resolves_exactly_what_it_corrects(history: History) -> None:
    states = await tell(history, version(1, "66.00", "35.00"), version(2, "60.00", "35.00"))
    assert states == {"66.00万元": State.RESOLVED, "35.00%": State.OPENED}


async def test_a_wrong_correction_is_a_change_not_a_new_defect(history: History) -> None:
    _, first = await follow(version(1, "66.00"), history, seen=START)
    _, second = await follow(version(2, "69.00"), history, seen=START + timedelta(days=1))
    before = next(item for item in first if item.stated == "66.00万元")
    after = next(item for item in second if item.stated == "69.00万元")
    assert (after.discrepancy_id, after.state, after.first_seen) == (before.discrepancy_id, State.CHANGED, START)


async def test_whatever_order_the_versions_come_in_the_end_is_the_same() -> None:
    versions = [version(1, "66.00", "35.00"), version(2, "60.00", "35.00"), version(3, "60.00")]
    ends = []
    for order in permutations(versions):
        history = MemoryHistory()
        told: dict[str, Discrepancy] = {}
        for report in order:
            _, news = await follow(report, history, seen=START + timedelta(days=report.version))
            told.update({item.discrepancy_id: item for item in news})
        ends.append(sorted(item.model_dump_json() for item in told.values()))
    assert all(end == ends[0] for end in ends)
    assert sum('"state":"resolved"' in line for line in ends[0]) == 2


async def test_a_defect_that_a_better_reading_of_the_same_document_does_not_see_is_withdrawn(history: History) -> None:
    misread, read = version(1, "66.00", "35.00"), version(1, "60.00", "35.00")
    states = await tell(history, misread)
    assert states["66.00万元"] is State.OPENED
    _, news = await follow(read, history, seen=START + timedelta(days=9))
    assert [(item.stated, item.state) for item in news if item.severity is Severity.ERROR] == [("66.00万元", State.WITHDRAWN)]
    _, late = await follow(misread, history, seen=START + timedelta(days=1))
    states = {item.stated: item.state for item in late}
    assert states["66.00万元"] is State.WITHDRAWN, "what was read worse comes again and opens nothing"


async def test_a_redelivered_report_says_the_same_again(history: History) -> None:
    report = version(1, "66.00")
    once = await follow(report, history, seen=START)
    assert await follow(report, history, seen=START) == once


def budget(year: int, total: str, before: str | None = None) -> Report:
    """A budget that states its total, and last year's where given."""
    draft = Draft(kind=Kind.BUDGET, year=year).paragraph(f"支出预算{total}万元。" + (f"上年预算{before}万元。" if before else ""))
    draft.claim(ClaimKind.VALUE, value=draft.number(total, "万元", phase=Phase.INITIAL))
    if before:
        draft.number(before, "万元", phase=Phase.INITIAL, year=year - 1)
    return draft.report().model_copy(update={"document": f"{year:064d}", "report_id": f"budget {year}"})


async def test_last_years_value_is_held_against_last_years_document_whichever_comes_second() -> None:
    ends = []
    for order in permutations([budget(2023, "50.00"), budget(2024, "70.00", before="55.00")]):
        history = MemoryHistory()
        states: dict[str, tuple[str, str | None, State]] = {}
        for report in order:
            _, discrepancies = await follow(report, history, seen=START)
            across = [item for item in discrepancies if item.rule.startswith("history.")]
            states.update({item.discrepancy_id: (item.report_id, item.stated, item.state) for item in across})
        ends.append(states)
    assert ends[0] == ends[1]
    assert list(ends[0].values()) == [("budget 2024", "55.00万元", State.OPENED)]


async def test_a_report_that_comes_straight_from_its_reader_is_remembered_as_one_from_a_message(history: History) -> None:
    read = build_report(pages(1)[FINAL_PDF][1], name=FINAL_PDF)
    _, found = await follow(read, history, seen=START)
    _, again = await follow(read, history, seen=START + timedelta(days=1))
    assert found and [item.discrepancy_id for item in found] == [item.discrepancy_id for item in again]
