"""What counts as an amount, and what only looks like one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.parser.narrative.lexer import lex
from services.parser.narrative.text import running
from services.parser.narrative.tokens import AMOUNTS, Token


def amounts(text: str) -> list[Token]:
    return [token for token in lex(running([(0, text)]).text) if token.kind in AMOUNTS]


@pytest.mark.parametrize(
    ("text", "value", "scale", "decimals", "unit"),
    [
        ("收入1,464.43万元", "1464.43", 4, 2, "CNY"),
        ("收入 1 464.43 万元", "1464.43", 4, 2, "CNY"),
        ("收入１，２３４元。", "1234", 0, 0, "CNY"),
        ("收入1.5亿元", "1.5", 8, 1, "CNY"),
        ("收入37,151,465元", "37151465", 0, 0, "CNY"),
        ("总预算1720.00万，其中", "1720.00", 4, 2, "CNY"),
        ("增长9.5%", "9.5", 0, 1, "percent"),
        ("增长９.５％", "9.5", 0, 1, "percent"),
        ("接待26人次", "26", 0, 0, "人次"),
        ("处置49万件", "49", 4, 0, "件"),
        ("设备2台（套）", "2", 0, 0, "台(套)"),
        ("面积4000.6平方米", "4000.6", 0, 1, "平方米"),
        ("得分95.5分", "95.5", 0, 1, "分"),
        ("下降-4.26%", "-4.26", 0, 2, "percent"),
    ],
)
def test_an_amount_is_money_a_percentage_or_a_count_with_its_unit(
    text: str, value: str, scale: int, decimals: int, unit: str
) -> None:
    (token,) = amounts(text.replace("１，２３４", "１,２３４"))
    assert (token.value, token.scale, token.decimals, token.unit) == (Decimal(value), scale, decimals, unit)


@pytest.mark.parametrize(
    "text",
    [
        "截至2022年12月31日",
        "2021-2023年规划",
        "1-12月累计",
        "第7届、第十八届，第3位",
        "财库〔2019〕4号，（2016）143号文",
        "电话027-84460000，手机13800138000",
        "为期3天，服务24小时，使用年限50年",
        "1. 收入情况",
        "（3）其他",
        "带宽由2G提升至4G，A4纸，W060701单元",
        "单价50万元（含）以上",
        "每年约5-10万元",
        "行政运行（2010301）",
        "7×24小时",
        "XX万元",
        "提高3个百分点",
        "热线12345",
    ],
)
def test_dates_ordinals_document_numbers_and_limits_are_no_amounts(text: str) -> None:
    assert amounts(text) == []


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["", " "]), st.sampled_from(["万元", "元", "亿元", "%", "人"]))
def test_a_printed_number_is_read_back_exactly(value: Decimal, gap: str, unit: str) -> None:
    (token,) = amounts(f"收入{value:,}{gap}{unit}。")
    assert token.value == value
    assert token.decimals == 2


@given(st.text(alphabet="收入支出0123456789,.，。；;（(）)%万元年与比增加减少占完成其中X、：: \n“”", max_size=80))
def test_any_text_becomes_tokens_in_order_that_stand_where_they_say(text: str) -> None:
    squeezed = running([(0, text)]).text
    at = 0
    for token in lex(squeezed):
        assert at <= token.start < token.end <= len(squeezed)
        assert token.text == squeezed[token.start : token.end].strip()
        at = token.end
