"""What the regulations require: met, not met, not asked for, not to be seen."""

from datetime import date

import pytest

from schemas.report import Kind, Reading, Report
from schemas.validation import Outcome
from services.validator.check import check
from services.validator.demands import DEMANDS
from services.validator.registry import rules
from services.validator.samples import Draft

ASPECTS = {"完整性", "细化程度", "及时性", "公开方式", "真实性"}


def outcome(obligation: str, report: Report) -> Outcome:
    """The outcome of one obligation."""
    chosen = tuple(rule for rule in rules() if rule.id == obligation)
    (found,) = check(report, only=chosen).validation.obligations
    return found.outcome


def text(*paragraphs: str, kind: Kind = Kind.FINAL_ACCOUNTS, year: int = 2023, reading: Reading | None = None) -> Report:
    draft = Draft(kind=kind, year=year, reading=reading)
    for paragraph in paragraphs:
        draft.paragraph(paragraph)
    return draft.report()


def test_every_obligation_is_named_by_one_of_the_inspections_words() -> None:
    duties = [rule for rule in rules() if rule.aspect]
    assert {rule.aspect for rule in duties} == ASPECTS
    assert len(duties) > 15
    assert all(rule.basis for rule in duties)


def test_an_obligation_of_final_accounts_asks_nothing_of_a_budget() -> None:
    said = "政府采购预算5.00万元，其中货物5.00万元。"
    assert outcome("duty.procurement-sme", text(said, kind=Kind.BUDGET)) is Outcome.NOT_APPLICABLE
    assert outcome("duty.procurement-sme", text(said)) is Outcome.FAILED
    assert outcome("duty.procurement-sme", text(said + "授予中小企业合同金额5.00万元。")) is Outcome.PASSED


@pytest.mark.parametrize(
    "said", ["本部门2023年度无政府采购支出。", "政府采购支出总额0万元。", "2023年未发生政府采购。", "政府采购支出0.00万元。"]
)
def test_where_nothing_was_bought_nothing_is_split(said: str) -> None:
    assert outcome("duty.procurement-split", text(said)) is Outcome.NOT_APPLICABLE
    assert outcome("duty.procurement-sme", text(said)) is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("机关运行经费支出17.24万元，比2022年增加2.43万元，主要原因是人员增加。", Outcome.FAILED),
        ("机关运行经费支出17.24万元，比2022年增加2.43万元，增长16.41%。", Outcome.PASSED),
        ("机关运行经费支出17.24万元，比上年增加0万元。", Outcome.NOT_APPLICABLE),
        ("机关运行经费支出17.24万元，与上年持平。", Outcome.NOT_APPLICABLE),
        ("本单位无机关运行经费支出。", Outcome.NOT_APPLICABLE),
        ("机关运行经费支出17.24万元。", Outcome.NOT_APPLICABLE),
    ],
)
def test_a_change_has_a_rate(said: str, expected: Outcome) -> None:
    assert outcome("duty.agency-operating-rate", text(said)) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("年初预算数为0.3万元，支出决算为0万元。", Outcome.FAILED),
        ("年初预算数为0万元，支出决算为0万元。", Outcome.NOT_APPLICABLE),
        ("本部门无“三公”经费支出。", Outcome.NOT_APPLICABLE),
        ("支出1.00万元，其中因公出国（境）费0万元，公务用车0万元，公务接待费1.00万元。", Outcome.PASSED),
    ],
)
def test_the_three_public_expenses_are_explained_one_by_one(said: str, expected: Outcome) -> None:
    draft = Draft().section("“三公”经费支出决算情况说明", number="七、", ordinal=7).paragraph(f"2023年度“三公”经费财政拨款{said}")
    assert outcome("duty.three-public-split", draft.report()) is expected


def test_a_finding_shows_the_sentence_that_makes_the_obligation_apply() -> None:
    chosen = tuple(rule for rule in rules() if rule.id == "duty.agency-operating-rate")
    said = "机关运行经费支出17.24万元，比2022年增加2.43万元，主要原因是人员增加。"
    (found,) = check(text("前言。", said), only=chosen).discrepancies
    assert [evidence.quote for evidence in found.evidence] == [said]


def test_what_may_stand_on_an_unreadable_page_is_not_checked() -> None:
    hidden = Reading(pages=3, unreadable_pages=(2,))
    said = [demand.example for demand in DEMANDS if demand.where is None and demand.name != "glossary"]
    assert outcome("duty.glossary", text(*said, reading=hidden)) is Outcome.NOT_CHECKED
    assert outcome("duty.whole", text("某区档案馆。", reading=hidden)) is Outcome.NOT_CHECKED
    assert outcome("duty.glossary", text(*said)) is Outcome.FAILED
    assert outcome("duty.tables", tables("income", reading=hidden)) is Outcome.NOT_CHECKED


def test_of_an_excerpt_it_is_said_once_that_it_is_one() -> None:
    found = [item.rule for item in check(text("一般公共预算财政拨款支出10.00万元，占100.00%。")).discrepancies]
    assert found == ["duty.whole"]
    assert outcome("duty.glossary", text("某区档案馆。")) is Outcome.NOT_CHECKED
    assert outcome("duty.procurement-sme", text("政府采购支出总额5.00万元，其中货物5.00万元。")) is Outcome.FAILED


def tables(*kinds: str | None, year: int = 2018, reading: Reading | None = None, said: tuple[str, ...] = ()) -> Report:
    draft = Draft(year=year, reading=reading)
    for kind in kinds:
        draft.table(kind, [("合计", {})], [("", "合计", "1.00")])
    for line in said:
        draft.paragraph(line)
    return draft.report()


REQUIRED = (
    "income_expenditure",
    "income",
    "expenditure",
    "fiscal",
    "general_expenditure",
    "general_basic",
    "three_public",
    "gov_fund",
)


def test_a_copy_without_tables_lacks_none_of_them() -> None:
    assert outcome("duty.tables", text("某区档案馆。")) is Outcome.NOT_CHECKED


def test_a_table_that_was_not_recognised_or_is_announced_may_be_the_missing_one() -> None:
    assert outcome("duty.tables", tables("income", None)) is Outcome.NOT_CHECKED
    lacking = REQUIRED[:-1]
    assert outcome("duty.tables", tables(*lacking)) is Outcome.FAILED
    assert outcome("duty.tables", tables(*lacking, said=("八、政府性基金预算财政拨款收入支出决算表",))) is Outcome.NOT_CHECKED


def test_missing_tables_are_one_finding_that_names_them() -> None:
    chosen = tuple(rule for rule in rules() if rule.id == "duty.tables")
    (found,) = check(tables("income", "expenditure"), only=chosen).discrepancies
    assert found.expected is not None and found.expected.count("表") == 6
    assert check(tables(*REQUIRED), only=chosen).discrepancies == ()


def test_the_state_capital_table_is_asked_for_since_it_exists_and_where_there_is_something() -> None:
    assert outcome("duty.tables", tables(*REQUIRED, year=2018)) is Outcome.PASSED
    assert outcome("duty.tables", tables(*REQUIRED, year=2023)) is Outcome.FAILED
    none = ("本单位无国有资本经营预算安排的支出。",)
    assert outcome("duty.tables", tables(*REQUIRED, year=2023, said=none)) is Outcome.PASSED


def test_an_empty_table_says_so_in_a_note_or_beside_it() -> None:
    def empty(*before: str, notes: tuple[str, ...] = ()) -> Report:
        draft = Draft()
        for line in before:
            draft.paragraph(line)
        return draft.table("gov_fund", [("合计", {})], [("", "合计", "")], notes=notes, title="政府性基金预算支出表").report()

    assert outcome("duty.empty-said", empty()) is Outcome.FAILED
    assert outcome("duty.empty-said", empty(notes=("注：本部门没有政府性基金预算，故本表无数据。",))) is Outcome.PASSED
    assert outcome("duty.empty-said", empty("本单位当年无政府性基金预算财政拨款收入支出。")) is Outcome.PASSED


def test_a_late_publication_is_late_and_an_early_one_is_not_known() -> None:
    def published(day: date, kind: Kind) -> Report:
        report = Draft(kind=kind, year=2023).report()
        return report.model_copy(update={"identity": report.identity.model_copy(update={"published": day})})

    assert outcome("duty.timely", published(date(2024, 9, 1), Kind.FINAL_ACCOUNTS)) is Outcome.NOT_CHECKED
    assert outcome("duty.timely", published(date(2025, 1, 2), Kind.FINAL_ACCOUNTS)) is Outcome.FAILED
    assert outcome("duty.timely", published(date(2024, 1, 2), Kind.BUDGET)) is Outcome.FAILED
    assert outcome("duty.timely", Draft().report()) is Outcome.NOT_CHECKED


def test_nothing_is_asked_of_a_document_of_unknown_kind() -> None:
    assert outcome("duty.glossary", Draft(kind=None).paragraph("某区档案馆。").report()) is Outcome.NOT_CHECKED
