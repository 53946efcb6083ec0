"""Whole sentences through parser and validator: right ones are left alone, of wrong ones the wrong number or word is named.

Each is as documents of some province and year word it, of an invented body.
"""

from __future__ import annotations

import pytest

from schemas.validation import Severity
from services.parser.report import build_report
from services.validator.check import check

FINAL = "云山县水务局2023年度部门决算\n第三部分 2023年度部门决算情况说明\n"
BUDGET = "云山县水务局2023年部门预算\n第二部分 2023年部门预算情况说明\n"


def errors(text: str) -> list[tuple[str, str | None]]:
    """(rule, stated) of every error."""
    report = build_report(text.encode(), name="disclosure.txt")
    return [(item.rule, item.stated) for item in check(report).discrepancies if item.severity is Severity.ERROR]


RIGHT = [
    FINAL + "“三公”经费支出决算5.48万元，比去年增加1.55万元，增长39.4%。其中，"
    "公务用车运行维护费支出决算3.98万元，比预算无增减变化，比去年增加1.05万元，增长35.8%；"
    "公务接待费支出决算1.50万元，比预算无增减变化，比去年增加0.50万元，增长50.0%。",
    FINAL
    + "“三公”经费支出决算10.00万元（其中：一般公共预算支出10.00万元；政府性基金预算支出0.00万元；国有资本经营预算支出0.00万元）。"
    "与上年相比，减少2.50万元，下降20.00%，变动原因：厉行节约。",
    FINAL + "基本支出100.00万元，其中：人员经费80.00万元，公用经费20.00万元。比2022年增加20.00万元，增长25.00%。",
    FINAL + "公务用车购置支出0.00万元，主要用于经批准购置的0辆公务用车；公务用车运行维护费支出49.76万元。",
    FINAL + "收入总计110.00万元，与2022年度部门决算相比较，今年收入增加10.00万元，增长10.00%。"
    "其中：本年收入合计100.00万元，年初结转和结余10.00万元。",
    FINAL + "2023年度收、支总计各是125.00、100.00万元。与2022年相比，收、支总计各减少25.20，20.00万元，各下降16.78%、16.67%。",
    FINAL
    + "一、收入支出决算总体情况说明\n"
    + "2023年度收、支总计均为120.00万元。与2022年度相比，收、支总计各增加20.00万元，增长20.00%。",
    BUDGET
    + "财政拨款支出主要内容如下：\n"
    + "1.“农林水支出（类）-水利（款）-行政运行（项）”2023年度预算30.00万元，2022年度预算25.00万元，主要用于：日常运行。"
    "2022年当年预算执行数为24.00万元，2023年预算安排30.00万元，比2022年预算执行数增加25.00%。主要原因是：人员增加。",
]
WRONG = [
    (FINAL + "接待费支出2.05万元，较上年2.08减少0.03万元，减少了1.44%。", [("text.base-unit", "2.08")]),
    (FINAL + "出国费0万元，占 %，比上年减少 万元；接待费30万元，占 %。", [("text.number-lost", "占%")]),
    (
        FINAL
        + "2023年度收入合计120.00万元，与2022年度相比增加20.00万元，增长20.00%。\n"
        + "2023年度支出合计120.00万元，与2022年度相比增加20.00万元，增长20.00%。\n"
        + "2023年度财政拨款收入支出总计110.00万元，与2021年度相比增加10.00万元，增长10.00%。",
        [("text.comparison-year", "2021年")],
    ),
    (
        FINAL
        + "2023年度收入支出总计1344.73万元，与2022年度相比增加100.00万元。\n"
        + "2022年度收入合计1344.73万元，其中：财政拨款收入1344.73万元。",
        [("text.head-year", "2022年")],
    ),
    (
        BUDGET + "收入预算7630.61万元，比2022年预算减少2163.37万元。\n财政拨款收入支出增加的主要原因是工程项目变动。",
        [("text.reason-direction", "增加")],
    ),
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_sentences_are_left_alone(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_of_wrong_sentences_the_wrong_part_is_named(text: str, expected: list[tuple[str, str]]) -> None:
    assert errors(text) == expected
