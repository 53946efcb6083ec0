"""Lists: which whole, which parts, complete or not, and where they end."""

from __future__ import annotations

from tests.parser.narrative.reading import budget, claims, facts, one, read, texts


def test_the_parts_after_of_which_divide_the_amount_before_it() -> None:
    reading = read(
        "三、支出决算情况说明", "本年支出合计100.00万元。其中：基本支出60.00万元，占60.00%；项目支出40.00万元，占40.00%。"
    )
    parts = one(reading, "parts")
    assert texts(reading, parts) == {"whole": ["100.00万元"], "part": ["60.00万元", "40.00万元"]}
    assert not parts.partial
    shares = one(reading, "shares")
    assert texts(reading, shares)["rate"] == ["60.00%", "40.00%"]
    assert {claim.kind for claim in reading.claims} == {"value", "share", "parts", "shares"}


def test_known_partitions_are_complete_and_other_lists_are_not() -> None:
    whole = "政府采购支出总额100.00万元，其中：政府采购货物支出50.00万元、政府采购服务支出40.00万元。"
    assert not one(read("十一、政府采购支出说明", whole), "parts").partial
    named = "项目支出100.00万元，主要用于甲工程50.00万元、乙工程20.00万元。"
    assert one(read("三、支出决算情况说明", named), "parts").partial


def test_a_list_that_adds_up_is_complete_whatever_its_words() -> None:
    named = "项目支出100.00万元，主要用于甲工程60.00万元、乙工程40.00万元。"
    assert not one(read("三、支出决算情况说明", named), "parts").partial


def test_names_without_amounts_are_kept_as_names() -> None:
    reading = read(
        "六、一般公共预算财政拨款基本支出决算情况说明",
        "基本支出50.00万元，其中：人员经费40.00万元，主要包括：基本工资、津贴补贴、其他工资福利支出等；公用经费10.00万元，主要包括：办公费、水费。",
    )
    named = [claim for claim in claims(reading, "parts") if claim.names]
    assert [claim.names for claim in named] == [("基本工资", "津贴补贴", "其他工资福利支出"), ("办公费", "水费")]
    assert [texts(reading, claim)["whole"] for claim in named] == [["40.00万元"], ["10.00万元"]]
    (outer,) = [claim for claim in claims(reading, "parts") if not claim.names]
    assert texts(reading, outer) == {"whole": ["50.00万元"], "part": ["40.00万元", "10.00万元"]}


def test_economic_items_with_amounts_have_their_codes() -> None:
    reading = read(
        "六、一般公共预算财政拨款基本支出决算情况说明", "人员经费40.00万元，主要包括：基本工资30.00万元、奖金10.00万元。"
    )
    assert facts(reading)["30.00万元"] == "expenditure/general/basic/e30101"
    assert texts(reading, one(reading, "parts"))["part"] == ["30.00万元", "10.00万元"]


def test_a_list_inside_an_item_ends_with_the_item_or_goes_on_with_its_own_parts() -> None:
    reading = budget(
        "一、“三公”经费预算情况",
        "“三公”经费预算10.00万元，其中：公务用车购置及运行费8.00万元，其中：公务用车购置费5.00万元；公务用车运行费3.00万元；公务接待费2.00万元。",
    )
    inner, outer = claims(reading, "parts")
    assert texts(reading, inner) == {"whole": ["8.00万元"], "part": ["5.00万元", "3.00万元"]}
    assert texts(reading, outer) == {"whole": ["10.00万元"], "part": ["8.00万元", "2.00万元"]}


def test_brackets_hold_a_list_of_their_own() -> None:
    reading = read(
        "一、项目概况",
        "建筑面积100平方米，其中地上80平方米（其中计容70平方米，不计容10平方米），地下20平方米。部门40个（市直33个，县区7个）。",
    )
    assert [texts(reading, claim)["part"] for claim in claims(reading, "parts")] == [
        ["70平方米", "10平方米"],
        ["80平方米", "20平方米"],
        ["33个", "7个"],
    ]


def test_a_list_may_be_made_of_the_paragraphs_that_follow() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "一般公共预算财政拨款支出年初预算为90.00万元，支出决算为100.00万元，完成年初预算的111.11%。其中：",
        "1.教育支出（类）。年初预算为50.00万元，支出决算为55.00万元，主要原因是人员增加，新增30.00万元。",
        "2.卫生健康支出（类）。年初预算为40.00万元，支出决算为45.00万元。",
        "六、其他",
    )
    assert [texts(reading, claim) for claim in claims(reading, "parts")] == [
        {"whole": ["90.00万元"], "part": ["50.00万元", "40.00万元"]},
        {"whole": ["100.00万元"], "part": ["55.00万元", "45.00万元"]},
    ]


def test_items_of_items_divide_their_own_item() -> None:
    reading = read(
        "二、财政拨款支出决算情况",
        "财政拨款支出30.00万元，包括：",
        "1.社会保障和就业支出20.00万元，具体包括：",
        "（1）行政单位离退休15.00万元。",
        "（2）死亡抚恤5.00万元。",
        "2.住房保障支出10.00万元。",
    )
    inner, outer = claims(reading, "parts")
    assert texts(reading, inner) == {"whole": ["20.00万元"], "part": ["15.00万元", "5.00万元"]}
    assert texts(reading, outer) == {"whole": ["30.00万元"], "part": ["20.00万元", "10.00万元"]}
    assert facts(reading)["15.00万元"] == "expenditure/general/f2080501"


def test_numbered_functional_subjects_after_a_total_divide_it_unsaid() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "财政拨款支出决算为100.00万元。",
        "1.教育支出。支出决算为55.00万元。",
        "2.卫生健康支出。支出决算为40.00万元。",
    )
    parts = one(reading, "parts")
    assert texts(reading, parts) == {"whole": ["100.00万元"], "part": ["55.00万元", "40.00万元"]}
    assert parts.partial


def test_the_spending_of_a_project_list_is_not_the_spending_of_the_whole() -> None:
    reading = budget("二、一般公共预算支出安排情况", "项目支出80.00万元。主要用于：", "1、教育支出80.00万元，主要是用于维修。")
    assert {item.nature for item in reading.facts} == {"project"}


def test_counted_things_take_the_name_of_their_list() -> None:
    reading = read(
        "十二、国有资产占用情况",
        "共有车辆3辆，其中：其他用车3辆；单价100万元（含）以上设备1台（套）。",
        "购置车辆1辆，其中：其他用车1辆。",
    )
    assert [item.item for item in reading.facts] == [
        "共有车辆",
        "共有车辆/其他用车",
        "单价100万元(含)以上设备",
        "购置车辆",
        "购置车辆/其他用车",
    ]


def test_a_list_ends_where_the_other_side_of_the_account_begins() -> None:
    reading = read(
        "一、收入支出决算总体情况说明",
        "收入总计100.00万元，其中本年收入合计90.00万元，年初结转和结余10.00万元；支出总计100.00万元，其中本年支出合计80.00万元，年末结转和结余20.00万元。",
    )
    assert [texts(reading, claim)["part"] for claim in claims(reading, "parts")] == [
        ["90.00万元", "10.00万元"],
        ["80.00万元", "20.00万元"],
    ]


def test_a_part_of_a_part_is_not_counted_twice_nor_what_cuts_across_the_parts() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "财政拨款支出100.00万元，其中：教育支出60.00万元、农林水支出40.00万元，另：基本支出70.00万元，人员经费50.00万元，三公经费5.00万元。",
    )
    assert texts(reading, one(reading, "parts"))["part"] == ["60.00万元", "40.00万元"]


def test_the_basic_spending_of_a_function_is_not_all_basic_spending() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "1.农林水支出（类）水利（款）行政运行（项）支出决算为100.00万元，其中：基本支出80.00万元，项目支出20.00万元。",
    )
    assert facts(reading)["80.00万元"] == "expenditure/general/basic/f2130301"


def test_receptions_paid_by_a_project_are_not_all_receptions() -> None:
    reading = read("三、支出决算情况说明", "防汛项目100.00万元，主要用于：公务接待费2.00万元、维修费98.00万元。")
    assert facts(reading)["2.00万元"].startswith("other/")


def test_a_list_whose_items_are_told_at_length_goes_on_over_full_stops_and_what_they_achieved_is_no_part() -> None:
    reading = read(
        "五、一般公共预算财政拨款支出决算情况说明",
        "项目支出60.00万元。项目支出主要用于防汛经费20.00万元，主要成效：受理投诉96件，其中，热线90件、网络6件。节约3.00万元；"
        "监测经费30.00万元，主要成效：覆盖122家单位；维护费5.00万元，主要成效：发布信息10条。办公费1.00万元。",
    )
    assert [texts(reading, claim)["part"] for claim in claims(reading, "parts")] == [
        ["90件", "6件"],
        ["20.00万元", "30.00万元", "5.00万元"],
    ]
