"""Several complete sets of tables in one document: each body's figures are its own."""

from __future__ import annotations

import pytest

from schemas.report import Kind
from services.parser.tables import TablesRead, bind
from services.parser.tables.sets import body_of
from tests.parser.tables.grids import facts, layout

HEADER = "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出\n"


def a_set(total: str, caption: str = "") -> list[str]:
    """Four statements with one total."""
    unit = f"{caption} 单位：万元"
    of_code = HEADER + f"205 | 教育支出 | {total} | {total} |\n合计 | < | {total} | {total} |"
    income = (
        f"科目编码 | 科目名称 | 本年收入合计 | 财政拨款收入\n205 | 教育支出 | {total} | {total}\n合计 | < | {total} | {total}"
    )
    both = f"收入 | < | 支出 | <\n项目 | 决算数 | 项目 | 决算数\n总计 | {total} | 总计 | {total}"
    titles = ("收入决算表", "支出决算表", "一般公共预算财政拨款支出决算表", "收入支出决算总表")
    drawn = zip(titles, (income, of_code, of_code, both), strict=True)
    return [block for title, table in drawn for block in (title, unit, table)]


def read(*sets: list[str], issuer: str | None = "某县教育局") -> TablesRead:
    return bind(layout(*(block for one in sets for block in one)), kind=Kind.FINAL_ACCOUNTS, fiscal_year=2023, issuer=issuer)


def of(found: TablesRead) -> dict[str | None, set[str]]:
    """Whose the totals of expenditure are."""
    whose: dict[str | None, set[str]] = {}
    for fact in found.facts:
        if fact.concept == "expenditure" and not fact.function and fact.fund == "all":
            whose.setdefault(fact.item, set()).add(fact.text)
    return whose


def test_two_sets_that_name_their_bodies() -> None:
    found = read(a_set("900.00", "编制单位：某县教育局(汇总)"), a_set("300.00", "编制单位：某县第一中学"))
    assert of(found) == {None: {"900.00"}, "某县第一中学": {"300.00"}}
    assert [bool(table.doubts) for table in found.tables] == [False] * 4 + [True] * 4


def test_the_issuers_own_set_may_come_second() -> None:
    found = read(a_set("300.00", "编制单位：某县第一中学"), a_set("900.00", "编制单位：某县教育局"))
    assert of(found) == {None: {"900.00"}, "某县第一中学": {"300.00"}}


def test_two_sets_one_table_of_each_at_a_time() -> None:
    school, office = a_set("300.00", "单位名称：某县第一中学"), a_set("900.00", "单位名称：某县教育局")
    mixed = [block for at in range(0, 12, 3) for block in (*office[at : at + 3], *school[at : at + 3])]
    assert of(read(mixed)) == {None: {"900.00"}, "某县第一中学": {"300.00"}}


def test_sets_that_name_nobody_are_told_by_their_kinds() -> None:
    assert of(read(a_set("900.00"), a_set("300.00"), a_set("200.00"))) == {
        None: {"900.00"}, "第2套表": {"300.00"}, "第3套表": {"200.00"},
    }  # fmt: skip


def test_a_set_printed_twice_is_one() -> None:
    assert of(read(a_set("900.00"), a_set("900.00"))) == {None: {"900.00"}}


def test_a_table_printed_twice_makes_no_set() -> None:
    again = a_set("900.00") + a_set("800.00")[3:6]
    assert of(read(again)) == {None: {"900.00", "800.00"}}


def test_facts_of_another_set_keep_what_they_are_of() -> None:
    found = read(a_set("900.00"), a_set("300.00"))
    assert "expenditure 205 第2套表 300.00" in facts(found)
    assert len({fact.id for fact in found.facts}) == len(found.facts)


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("编制单位:某县教育局单位:万元", "某县教育局"),
        ("部门:某县教育局(汇总)金额单位:元", "某县教育局"),
        ("公开01表部门名称:某县教育局", "某县教育局"),
        ("单位:万元", None),
        ("金额单位:人民币万元", None),
        ("单位名称:", None),
    ],
)
def test_the_body_that_a_caption_names(caption: str, name: str | None) -> None:
    assert body_of(caption) == name
