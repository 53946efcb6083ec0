"""What sentences state: the claims, the facts in their roles, the direction, the base."""

from __future__ import annotations

from decimal import Decimal

import pytest

from schemas.report import Measure, Phase
from tests.parser.narrative.reading import budget, claims, fact, facts, one, read, texts, yuan


def test_a_value_is_in_yuan_and_as_precise_as_it_is_printed() -> None:
    stated = fact(read("二、收入决算情况说明", "2022年度本年收入合计12.34万元。"), "12.34万元")
    assert (stated.value, stated.decimals, stated.scale, stated.unit) == (Decimal(123400), -2, 4, "CNY")
    assert (stated.concept, stated.phase, stated.year) == ("income", Phase.FINAL, 2022)


def test_income_and_expenditure_may_share_one_number() -> None:
    reading = read("一、收入支出决算总体情况说明", "2022年度收、支总计均为500.00万元。")
    assert [item.concept for item in reading.facts] == ["income_total", "expenditure_total"]
    assert reading.numbers == reading.bound == 1


def test_a_change_has_its_current_value_difference_rate_base_and_reason() -> None:
    reading = read(
        "一、收入支出决算总体情况说明",
        "2022年度收、支总计500.00万元。与2021年相比，收、支总计各减少20.00万元，下降3.85%，主要原因是项目减少。",
    )
    claim = one(reading, "change")
    assert texts(reading, claim) == {"current": ["500.00万元"], "delta": ["20.00万元"], "rate": ["3.85%"]}
    assert (claim.relation, claim.base, claim.reason) == ("decrease", "last_year_final", "项目减少")
    assert yuan(reading, "20.00万元") == -200000
    assert yuan(reading, "3.85%") == Decimal("-3.85")


@pytest.mark.parametrize(
    ("sentence", "base"),
    [
        ("机关运行经费支出50.00万元，比上年增加5.00万元，增长11.1%。", "last_year_final"),
        ("机关运行经费支出50.00万元，较2021年度决算数增加5.00万元。", "last_year_final"),
        ("机关运行经费支出50.00万元，比年初预算数增加5.00万元。", "initial"),
        ("机关运行经费支出50.00万元，比2022年年初预算增加5.00万元。", "initial"),
        ("机关运行经费支出50.00万元，较全年预算数增加5.00万元。", "full_year"),
        ("机关运行经费支出50.00万元，比2021年预算执行数增加5.00万元。", "last_year_execution"),
        ("机关运行经费支出50.00万元，比2021年预算增加5.00万元。", "last_year_budget"),
    ],
)
def test_what_a_change_is_measured_against_is_read_from_its_words(sentence: str, base: str) -> None:
    reading = read("十、机关运行经费支出情况", sentence)
    claim = one(reading, "change")
    assert claim.base == base
    assert fact(reading, "5.00万元").base == base
    assert texts(reading, claim)["current"] == ["50.00万元"]


@pytest.mark.parametrize("words", ["与上年持平", "比上年无变化", "与2021年相比基本持平", "较上年保持一致"])
def test_no_change_is_a_change_too(words: str) -> None:
    claim = one(read("十、机关运行经费支出情况", f"机关运行经费支出50.00万元，{words}。"), "change")
    assert claim.relation == "unchanged"


def test_a_rate_printed_without_its_sign_is_still_a_rate() -> None:
    reading = read("十、机关运行经费支出情况", "机关运行经费支出50.00万元，比上年增加5.00万元，增长11.11。")
    assert fact(reading, "11.11").measure is Measure.GROWTH


def test_a_sentence_without_a_subject_is_about_what_the_one_before_it_was() -> None:
    reading = read(
        "一、收入支出决算总体情况说明", "2022年度收、支总计500万元。与上年相比，增加100万元，增长25%，主要是因为人员增加。"
    )
    claim = one(reading, "change")
    assert texts(reading, claim)["current"] == ["500万元"]
    assert claim.reason == "人员增加"


def test_the_parts_of_a_change_are_in_its_reason() -> None:
    reading = read(
        "一、收入支出决算总体情况说明",
        "2022年度收、支总计500万元。与上年相比，收、支总计各增加100万元，增长25%，主要原因：一是基本支出增加40万元，项目支出增加60万元。",
    )
    assert texts(reading, one(reading, "parts")) == {"whole": ["100万元"], "part": ["40万元", "60万元"]}
    assert facts(reading)["40万元"] == "expenditure/basic"


def test_both_years_in_one_sentence() -> None:
    reading = read("十、机关运行经费支出情况", "机关运行经费2021年支出40.00万元，2022年支出50.00万元，增加10.00万元，增长25%。")
    claim = one(reading, "change")
    assert texts(reading, claim) == {
        "current": ["50.00万元"],
        "previous": ["40.00万元"],
        "delta": ["10.00万元"],
        "rate": ["25%"],
    }


def test_a_share_has_its_part_and_the_whole_that_its_words_name() -> None:
    reading = read(
        "三、支出决算情况说明",
        "2022年度本年支出合计100.00万元。",
        "五、一般公共预算财政拨款支出决算情况说明",
        "2022年度财政拨款支出90.00万元，占本年支出合计的90.00%。",
    )
    assert texts(reading, one(reading, "share")) == {"rate": ["90.00%"], "part": ["90.00万元"], "whole": ["100.00万元"]}
    assert fact(reading, "90.00%").base == "expenditure"


def test_two_shares_of_different_wholes_are_different_facts() -> None:
    reading = read(
        "十一、政府采购支出说明",
        "政府采购支出总额100.00万元。授予中小企业合同金额80.00万元，占政府采购支出总额的80%，其中：授予小微企业合同金额40.00万元，"
        "占授予中小企业合同金额的50%。",
    )
    assert [item.base for item in reading.facts if item.measure is Measure.SHARE] == ["procurement", "procurement.sme"]


def test_completion_pairs_budget_and_accounts_of_the_subject_at_the_head_of_the_paragraph() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "1.卫生健康支出（类）行政事业单位医疗（款）事业单位医疗（项）。年初预算为8.00万元，支出决算为7.00万元，完成年初预算的87.50%，"
        "决算数小于年初预算数的主要原因是人员减少。",
    )
    expected = {"rate": ["87.50%"], "actual": ["7.00万元"], "budget": ["8.00万元"]}
    assert texts(reading, one(reading, "completion")) == expected
    comparison = one(reading, "comparison")
    assert (comparison.relation, comparison.reason) == ("lt", "人员减少")
    assert texts(reading, comparison) == {"left": ["7.00万元"], "right": ["8.00万元"]}
    assert set(facts(reading).values()) == {"expenditure/general/f2101102"}


def test_a_budget_stated_inside_the_completion_is_a_fact_of_its_own() -> None:
    reading = read("九、“三公”经费支出决算情况说明", "公务接待费支出决算为1.00万元，完成预算2.00万元的50%。")
    assert texts(reading, one(reading, "completion")) == {"rate": ["50%"], "actual": ["1.00万元"], "budget": ["2.00万元"]}
    assert fact(reading, "2.00万元").phase is Phase.INITIAL


def test_a_bare_budget_is_the_one_that_the_section_speaks_of() -> None:
    reading = read(
        "九、“三公”经费支出决算情况说明",
        "“三公”经费支出全年预算为3.00万元，支出决算为1.00万元。",
        "1.公务接待费预算为2.00万元，支出决算为1.00万元。",
    )
    assert fact(reading, "2.00万元").phase is Phase.FULL_YEAR


def test_a_budget_states_the_budget_and_last_years_execution() -> None:
    reading = budget(
        "四、一般公共预算支出情况",
        "1.“农林水支出（类）水利（款）行政运行（项）”20.00万元，主要用于行政运行。2022年当年预算执行数为16.00万元，"
        "2023年预算安排20.00万元，比2022年预算执行数增加25.00%。",
    )
    claim = one(reading, "change")
    assert texts(reading, claim) == {"current": ["20.00万元"], "previous": ["16.00万元"], "rate": ["25.00%"]}
    assert (fact(reading, "16.00万元").phase, fact(reading, "16.00万元").year) == (Phase.EXECUTION, 2022)
    assert (fact(reading, "20.00万元").phase, fact(reading, "20.00万元").year) == (Phase.INITIAL, 2023)


def test_several_funds_in_one_sentence_keep_apart() -> None:
    reading = read(
        "四、财政拨款收入支出决算总体情况说明",
        "一般公共预算财政拨款支出80.00万元，政府性基金预算财政拨款支出15.00万元，国有资本经营预算财政拨款支出5.00万元。",
    )
    assert list(facts(reading).values()) == ["expenditure/general", "expenditure/gov_fund", "expenditure/state_capital"]


def test_names_and_amounts_given_one_after_the_other_are_paired() -> None:
    reading = read("十一、政府采购支出说明", "政府采购货物、工程、服务支出分别为10.00万元、20.00万元、30.00万元。")
    assert facts(reading) == {
        "10.00万元": "procurement.goods",
        "20.00万元": "procurement.works",
        "30.00万元": "procurement.services",
    }


def test_placeholders_state_nothing() -> None:
    reading = read(
        "二、收入决算情况说明", "本年收入合计XXX万元，其中：财政拨款收入XXX万元，占XX%。与上年相比增加（减少）XXX万元。"
    )
    assert (reading.numbers, reading.facts) == (0, [])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("因公出国（境）团组2个、累计5人次。", {"2个": "three_public.abroad/团组", "5人次": "three_public.abroad/人次"}),
        ("本年度购置（更新）公务用车1辆。", {"1辆": "three_public.vehicle_purchase/购置数"}),
        ("开支财政拨款的公务用车保有量为3辆。", {"3辆": "three_public.vehicles/保有量"}),
        ("公务接待10批次、80人次。", {"10批次": "three_public.reception/批次", "80人次": "three_public.reception/人次"}),
    ],
)
def test_the_counts_of_the_three_public_expenses_are_named_as_in_the_tables(sentence: str, expected: dict[str, str]) -> None:
    assert facts(read("九、“三公”经费支出决算情况说明", sentence)) == expected


def test_visits_counted_with_and_without_companions_are_two_counts() -> None:
    reading = read("九、“三公”经费支出决算情况说明", "公务接待20人次（包括陪同人员）。", "公务接待15人次（不包括陪同人员）。")
    assert len({item.item for item in reading.facts}) == 2


def test_general_words_in_two_sections_are_not_the_same_thing() -> None:
    reading = budget("一、甲专项", "项目总预算10.00万元。", "二、乙专项", "项目总预算20.00万元。")
    first, second = reading.facts
    assert first.item != second.item


def test_the_same_words_in_two_places_meet() -> None:
    reading = read("四、支出情况", "河道清淤工程款10.00万元。", "五、项目情况", "河道清淤工程款10.00万元。")
    first, second = reading.facts
    assert (first.concept, first.item) == (second.concept, second.item) == ("other", "河道清淤工程款")


def test_last_years_base_and_the_budget_as_base_make_two_facts() -> None:
    reading = read(
        "十、机关运行经费支出情况",
        "机关运行经费支出50.00万元，比上年减少5.50万元，降低9.9%，比年初预算数增加3.00万元，增长6.4%。",
    )
    assert [claim.base for claim in claims(reading, "change")] == ["last_year_final", "initial"]
    assert len({(item.measure, item.base) for item in reading.facts if item.measure is not Measure.AMOUNT}) == 4


def test_shares_of_functions_outside_a_list_are_of_all_the_spending_of_their_fund() -> None:
    reading = budget(
        "五、一般公共预算当年拨款情况说明",
        "（一）一般公共预算当年拨款规模变化情况",
        "2023年一般公共预算当年拨款80.00万元，比2022年执行数增加5.00万元。",
        "（二）一般公共预算当年拨款结构情况",
        "教育支出50.00万元，占62.50%；卫生健康支出30.00万元，占37.50%。",
    )
    assert [texts(reading, claim)["whole"] for claim in claims(reading, "share")] == [["80.00万元"], ["80.00万元"]]


def test_a_direction_may_be_a_part_of_a_name() -> None:
    reading = budget("六、年度预算安排", "外贸专项100.00万元，其中支持外贸稳增长30.00万元，支持会展70.00万元。")
    assert facts(reading)["30.00万元"] == "other/支持外贸稳增长"
    assert texts(reading, one(reading, "parts"))["part"] == ["30.00万元", "70.00万元"]


def test_a_project_after_the_name_of_a_spending_adds_nothing_to_it() -> None:
    reading = read("五、一般公共预算财政拨款支出决算情况说明", "基本支出项目229.00万元。")
    assert facts(reading) == {"229.00万元": "expenditure/general/basic"}


@pytest.mark.parametrize(
    ("base", "phase", "year"),
    [("2022年年初预算数", Phase.INITIAL, 2022), ("全年预算数", Phase.FULL_YEAR, 2022), ("2021年决算数", Phase.FINAL, 2021)],
)
def test_the_amount_after_what_a_change_is_measured_against_is_of_that_stage_and_year(base: str, phase: Phase, year: int) -> None:
    reading = read("九、“三公”经费支出决算情况说明", f"公务接待费2022年度决算数1.25万元，比{base}2.00万元减少0.75万元。")
    before = fact(reading, "2.00万元")
    assert (before.concept, before.phase, before.year) == ("three_public.reception", phase, year)
    assert texts(reading, one(reading, "change")) == {
        "current": ["1.25万元"],
        "previous": ["2.00万元"],
        "delta": ["0.75万元"],
    }


def test_a_share_after_a_bracket_is_that_of_the_amount_before_it() -> None:
    reading = read(
        "二、收入决算情况说明",
        "本年收入合计200.00万元，包括财政拨款收入180.00万元（其中：一般公共预算150.00万元、国有资本经营预算30.00万元），占90.00%。",
    )
    assert texts(reading, one(reading, "share"))["part"] == ["180.00万元"]


def test_no_change_is_of_what_a_sentence_without_a_figure_is_about() -> None:
    reading = read(
        "三、“三公”经费支出情况说明",
        "“三公”经费支出5.00万元。",
        "2022年度本部门未发生因公出国（境）费用支出。费用支出较年初预算数无增减。",
    )
    assert one(reading, "comparison").subject == "three_public.abroad"


def test_items_after_a_list_without_a_total_are_no_parts_of_the_first_of_its_amounts() -> None:
    reading = read(
        "九、“三公”经费支出决算情况说明",
        "一般公共预算拨款安排的“三公”经费决算支出中，因公出国（境）费支出1.00万元，公务接待费支出2.00万元。具体情况如下：",
        "1．因公出国（境）费决算支出1.00万元。",
        "2．公务接待费2.00万元。",
    )
    assert claims(reading, "parts") == []


def test_total_spending_as_a_whole_is_the_one_that_the_rates_fit() -> None:
    reading = read(
        "一、收入支出决算总体情况说明",
        "支出总计100.00万元。",
        "三、支出决算情况说明",
        "本年支出合计95.00万元。其中：基本支出50.00万元，占总支出的52.63%；项目支出45.00万元，占总支出的47.37%。",
    )
    assert [texts(reading, claim)["whole"] for claim in claims(reading, "share")] == [["95.00万元"], ["95.00万元"]]


def test_items_after_what_a_paragraph_divides_are_not_those_of_its_last_part() -> None:
    reading = read(
        "七、“三公”经费支出决算情况说明",
        "“三公”经费支出决算为3.00万元。",
        "“三公”经费支出决算中，公务接待费支出决算1.00万元，福利用车支出决算2.00万元。其中：",
        "1、公务接待费支出决算为1.00万元，共接待来访团组19个。",
        "2、福利用车支出决算为2.00万元，其中：燃料费1.50万元。",
    )
    wholes = [texts(reading, claim)["whole"] for claim in claims(reading, "parts")]
    assert ["3.00万元"] in wholes
    assert wholes.count(["2.00万元"]) == 1  # of 其中：燃料费


@pytest.mark.parametrize("words", ["通过财政拨款安排的“三公”经费", "使用财政拨款安排的“三公”经费", "财政拨款开支的“三公”经费"])
def test_words_that_say_how_money_was_provided_say_nothing_of_what_it_is_for(words: str) -> None:
    reading = budget("四、“三公”经费支出情况", f"2023年{words}预算共3.00万元。")
    assert fact(reading, "3.00万元").concept == "three_public"


def test_the_share_of_small_firms_is_of_all_procurement() -> None:
    reading = read(
        "十一、政府采购支出情况说明",
        "2022年度政府采购支出总额165.00万元。授予中小企业合同金额110.00万元，占政府采购支出总额的66.7%，"
        "其中：授予小微企业合同金额36.00万元，占政府采购支出总额的24.8%。",
    )
    assert [texts(reading, claim)["whole"] for claim in claims(reading, "share")] == [["165.00万元"], ["165.00万元"]]


def test_a_change_and_its_rate_may_be_parted_by_a_pause() -> None:
    reading = read("十、机关运行经费支出情况", "机关运行经费支出50.00万元，较上年决算数增加5.00万元、增长11.1%。")
    assert texts(reading, one(reading, "change")) == {"current": ["50.00万元"], "delta": ["5.00万元"], "rate": ["11.1%"]}


def test_a_paragraph_that_only_announces_a_list_says_whose_parts_follow() -> None:
    reading = budget(
        "四、2023年部门预算编制说明",
        "2023年，支出预算120.00万元，其中：财政拨款支出预算100.00万元，比2022年预算增加10.00万元。",
        "财政拨款支出主要内容如下：",
        "1. “科学技术支出”科目60.00万元，主要用于人员。",
        "2. “社会保障和就业支出（类）”科目40.00万元，主要用于人员。",
    )
    assert facts(reading)["60.00万元"] == "expenditure/fiscal/f206"
    assert ["60.00万元", "40.00万元"] in [texts(reading, claim).get("part") for claim in claims(reading, "parts")]


def test_the_spending_of_counted_projects_is_not_that_of_the_whole_body() -> None:
    reading = budget("（三）绩效目标设置情况", "2023年预算项目共9个，支出总额60.00万元，均按要求编制了绩效目标。")
    assert fact(reading, "60.00万元").concept != "expenditure_total"


@pytest.mark.parametrize(
    "sentence",
    ["本部门由机关及下属2家基层单位组成。", "部门决算由本级决算和2个下属单位决算组成。", "包括街道本部以及下属2家预算单位。"],
)
def test_how_many_bodies_lie_below_is_one_fact_however_it_is_worded(sentence: str) -> None:
    (stated,) = read("二、部门单位构成", sentence).facts
    assert (stated.concept, stated.item, stated.value) == ("staff", "下属单位", 2)


def test_a_score_without_unit_is_points_and_no_money() -> None:
    stated = fact(read("一、整体绩效评价", "支出总计50.00万元，自评得分97.56。"), "97.56")
    assert (stated.measure, stated.unit, stated.item) == (Measure.SCORE, "分", "自评得分")


def test_a_word_for_the_body_before_a_subject_is_its_owner() -> None:
    assert facts(read("一、收入支出决算总体情况说明", "2022年度中心收入总计50.00万元。")) == {"50.00万元": "income_total"}


def test_a_change_of_the_side_is_of_its_total_where_nothing_else_is_stated() -> None:
    reading = read("一、收入支出决算总体情况", "支出总计500.00万元，与2021年度相比，今年支出增加100.00万元，增长25.00%。")
    assert texts(reading, one(reading, "change"))["current"] == ["500.00万元"]
