"""What words are a figure of: resolved only when every word is explained."""

from __future__ import annotations

import pytest

from schemas.report import Kind, Phase
from services.parser.narrative.resolver import Resolver
from services.parser.narrative.settings import setting_of
from services.parser.narrative.subjects import Setting, describe

ALL = Setting(Kind.FINAL_ACCOUNTS, 2022)
FISCAL = Setting(Kind.FINAL_ACCOUNTS, 2022, fund="fiscal")
GENERAL = Setting(Kind.FINAL_ACCOUNTS, 2022, "expenditure", "general")
BASIC = Setting(Kind.FINAL_ACCOUNTS, 2022, "expenditure", "general", "basic")
PROCUREMENT = Setting(Kind.FINAL_ACCOUNTS, 2022, "procurement")
THREE = Setting(Kind.FINAL_ACCOUNTS, 2022, "three_public")


def resolver() -> Resolver:
    return Resolver([("2130316", "农村水利"), ("31002", "办公设备购置")], 2022, "青山县水务局")


@pytest.mark.parametrize(
    ("words", "setting", "subject"),
    [
        ("收、支总计均为", ALL, "income_total"),
        ("财政拨款收入支出总计", FISCAL, "income_total/fiscal"),
        ("收入总计", ALL, "income_total"),
        ("本年收入合计", ALL, "income"),
        ("财政拨款收入", ALL, "income/fiscal"),
        ("其他收入", ALL, "income/other"),
        ("年末结转和结余", ALL, "closing_balance"),
        ("农林水支出(类)-水利(款)-农村水利(项)", GENERAL, "expenditure/general/2130316"),
        ("城乡社区支出(类)/国有土地使用权出让收入安排的支出(款)", FISCAL, "expenditure/gov_fund/21208"),
        ("基本支出", ALL, "expenditure/basic"),
        ("对附属单位补助支出", ALL, "expenditure/to_subordinate"),
        ("青山县水务局财政拨款支出", ALL, "expenditure/fiscal"),
        ("政府性基金预算财政拨款收入", ALL, "income/gov_fund"),
        ("一般公共预算财政拨款支出", ALL, "expenditure/general"),
        ("人员经费", BASIC, "expenditure/general/personnel"),
        ("津贴补贴", BASIC, "expenditure/general/basic/30102"),
        ("办公设备购置", BASIC, "expenditure/general/basic/31002"),
        ("专用设备购置", BASIC, "other/专用设备购置"),
        ("维修(护)费", BASIC, "expenditure/general/basic/30213"),
        ("三公经费财政拨款支出", THREE, "three_public"),
        ("公务用车购置及运行维护费", THREE, "three_public.vehicles"),
        ("外宾接待支出", THREE, "three_public.reception_foreign"),
        ("机关运行经费支出", ALL, "agency_operating"),
        ("政府采购货物支出", PROCUREMENT, "procurement.goods"),
        ("服务采购金额", PROCUREMENT, "procurement.services"),
        ("授予小微企业合同金额", PROCUREMENT, "procurement.micro"),
    ],
)
def test_standard_words_have_their_concept_fund_and_nature(words: str, setting: Setting, subject: str) -> None:
    assert describe(resolver().resolve(words, setting)) == subject


@pytest.mark.parametrize(
    ("words", "function"),
    [
        ("社会保障和就业支出(类)行政事业单位养老支出(款)机关事业单位基本养老保险缴费支出(项)", "2080505"),
        ("卫生健康(类)支出", "210"),
        ("卫生健康支出(类)行政事业单位医疗(款)事业单位医疗(项)", "2101102"),
        ("教育支出(类)其他教育支出(款)", "20599"),
        ("行政运行(2010301)", "2010301"),
        ("农林水支出(类)水利(款)农村水利(项)", "2130316"),
    ],
)
def test_a_functional_subject_is_its_code_by_name_and_year_or_by_the_documents_own_tables(words: str, function: str) -> None:
    found = resolver().resolve(words, GENERAL)
    assert (found.concept, found.fund, found.function) == ("expenditure", "general", function)


def test_a_deeper_code_of_all_appropriations_is_paid_by_the_one_budget_that_has_it() -> None:
    name = "社会保障和就业支出(类)行政事业单位养老支出(款)行政单位离退休(项)"
    assert resolver().resolve(name, FISCAL).fund == "general"
    assert resolver().resolve("社会保障和就业支出(类)", FISCAL).fund == "fiscal"


@pytest.mark.parametrize(
    ("words", "phase"),
    [
        ("一般公共预算财政拨款支出年初预算为", Phase.INITIAL),
        ("公务接待费全年预算数为", Phase.FULL_YEAR),
        ("公务用车运行维护费支出决算为", Phase.FINAL),
        ("基本支出预算执行数为", Phase.EXECUTION),
        ("一般公共预算", None),
    ],
)
def test_the_stage_is_what_the_words_end_with_and_never_a_part_of_a_funds_name(words: str, phase: Phase | None) -> None:
    assert resolver().resolve(words, ALL).phase is phase


@pytest.mark.parametrize("words", ["年初预算为", "支出决算为", "执行数为", "金额为", "项目全年预算数为"])
def test_words_that_leave_their_subject_open_say_so(words: str) -> None:
    assert resolver().resolve(words, ALL).weak


@pytest.mark.parametrize("words", ["科学技术服务支出", "河道清淤工程款", "城市视频监控二类点、三类点", "基本支出外的补助"])
def test_one_unexplained_word_leaves_a_subject_as_itself(words: str) -> None:
    found = resolver().resolve(words, GENERAL)
    assert (found.concept, found.item) == ("other", words)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (
            ["决算情况说明", "一般公共预算财政拨款支出决算情况说明", "财政拨款支出决算总体情况"],
            ("expenditure", "general", "total"),
        ),
        (["一般公共预算财政拨款基本支出决算情况说明"], ("expenditure", "general", "basic")),
        (["一般公共预算财政拨款“三公”经费支出决算情况"], ("three_public", "all", "total")),
        (["其他重要事项说明", "政府采购支出情况"], ("procurement", "all", "total")),
        (["收入支出决算总体情况说明"], (None, "all", "total")),
    ],
)
def test_titles_give_their_sentences_concept_fund_and_nature(titles: list[str], expected: tuple[str | None, str, str]) -> None:
    setting = setting_of(titles, Setting())
    assert (setting.concept, setting.fund, setting.nature) == expected
