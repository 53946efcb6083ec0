"""What stands around a table: title, unit, notes, continuation pages, statements that it is empty."""

from __future__ import annotations

import pytest

from schemas.report import Kind
from services.parser.layout import Layout
from services.parser.tables import bind
from tests.parser.tables.grids import budget, facts, final, grid, layout, only, parent, row

HEADER = "科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出\n"


def test_a_title_and_a_unit_drawn_inside_the_grid_are_not_lines_of_it() -> None:
    read = final(
        "部门决算公开表",
        grid(
            "支出决算表 | < | < | < | <\n部门：某局 | < | | | 金额单位：元\n"
            + HEADER
            + "205 | 教育支出 | 1200 | 1200 |\n合计 | < | 1200 | 1200 |"
        ),
    )
    table = only(read)
    assert (table.title, table.kind, table.unit, table.header_rows) == ("支出决算表", "expenditure", "元", 3)
    assert facts(read)[0] == "expenditure 205 1200" and read.facts[0].value == 1200


@pytest.mark.parametrize("unit", ["单位：万元", "金额单位： 万元", "公开03表 部门：某局 单位：人民币万元", "（单位：万元）"])
def test_the_unit_is_found_however_it_is_written(unit: str) -> None:
    assert only(final("支出决算表", unit, HEADER + "205 | 教育支出 | 12.00 | 12.00 |")).unit == "万元"


def test_a_unit_in_the_header_is_the_tables() -> None:
    header = "科目编码 | 科目名称 | 本年支出合计（万元） | 基本支出 | 项目支出\n"
    read = final("支出决算表", header + "205 | 教育支出 | 12.00 | 12.00 |")
    assert only(read).unit == "万元" and read.facts[0].scale == 4


def test_without_a_printed_unit_the_text_that_states_the_same_figure_decides() -> None:
    read = final("支出决算表", HEADER + "205 | 教育支出 | 8,812.50 | 8,812.50 |", "支出合计8,812.50万元，全部为基本支出。")
    assert read.facts[0].scale == 4 and only(read).unit is None and not only(read).doubts


def test_a_unit_that_other_tables_print_is_doubted_only_where_they_differ() -> None:
    table = HEADER + "205 | 教育支出 | 5.00 | 5.00 |"
    alike = final("支出决算表", "单位：万元", grid(table), "一般公共预算财政拨款支出决算表", grid(table))
    assert alike.facts[-1].scale == 4 and not alike.tables[1].doubts
    other = ("政府性基金预算财政拨款支出决算表", "单位：元", grid(table))
    mixed = final("支出决算表", "单位：万元", grid(table), *other, "一般公共预算财政拨款支出决算表", grid(table))
    assert any("no unit printed" in doubt for doubt in mixed.tables[2].doubts)


def test_without_any_unit_amounts_are_not_guessed_but_counted_as_unbound() -> None:
    read = final("支出决算表", HEADER + "205 | 教育支出 | 8,812.50 | 8,812.50 |")
    assert read.bound == 0 and read.table_numbers == 2
    assert [mention.text for mention in read.unbound] == ["8,812.50", "8,812.50"]


def test_a_continuation_without_title_or_header_is_joined() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        grid(HEADER + "205 | 教育支出 | 5.00 | 5.00 |"),
        grid("20502 | 普通教育 | 5.00 | 5.00 |\n2050201 | 学前教育 | 5.00 | 5.00 |"),
    )
    assert parent(only(read), "学前教育") == "普通教育" and read.bound == 6


def test_a_continuation_that_repeats_title_and_header_is_joined_without_them() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        grid(HEADER + "205 | 教育支出 | 5.00 | 5.00 |"),
        "支出决算表（续）",
        "单位：万元",
        grid(HEADER + "20502 | 普通教育 | 5.00 | 5.00 |"),
    )
    table = only(read)
    assert table.n_rows == 3 and parent(table, "普通教育") == "教育支出"


def test_another_table_of_the_same_width_is_not_a_continuation() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        grid(HEADER + "205 | 教育支出 | 5.00 | 5.00 |"),
        "一般公共预算财政拨款支出决算表",
        "单位：万元",
        grid("科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出\n205 | 教育支出 | 4.00 | 4.00 |"),
    )
    assert [table.kind for table in read.tables] == ["expenditure", "general_expenditure"]
    assert [table.after_paragraph for table in read.tables] == [2, 4]


@pytest.mark.parametrize(
    "note",
    [
        "注：本单位2023年无政府性基金预算财政拨款支出，故本表为空表。",
        "说明：某局本年度没有政府性基金预算财政拨款收入和支出，本表无数据。",
        "本部门当年无政府性基金预算财政拨款收支。",
    ],
)
def test_a_table_that_is_said_to_be_empty_says_so(note: str) -> None:
    header = "科目编码 | 科目名称 | 本年支出 | 基本支出 | 项目支出\n | | | |\n合计 | | | |"
    table = only(final("政府性基金预算财政拨款支出决算表", "单位：万元", header, note))
    assert table.kind == "gov_fund" and table.said_empty and table.notes == (note,)


def test_an_empty_table_of_which_nothing_is_said_is_not_said_to_be_empty() -> None:
    header = "科目编码 | 科目名称 | 本年支出 | 基本支出 | 项目支出\n | | | |"
    table = only(final("政府性基金预算财政拨款支出决算表", "单位：万元", header, "注：本表反映政府性基金预算收支情况。"))
    assert not table.said_empty and len(table.notes) == 1


def test_kind_and_year_of_an_unknown_document_are_those_of_its_tables() -> None:
    blocks = layout("2022年度支出决算表", "单位：万元", HEADER + "205 | 教育支出 | 12.00 | 12.00 |")
    fact = bind(blocks, kind=None, fiscal_year=None).facts[0]
    assert (fact.phase, fact.year) == ("final", 2022)
    assert bind(blocks, kind=Kind.BUDGET, fiscal_year=2021).facts[0].year == 2021  # what the document says comes first


def test_a_title_that_cannot_be_true_is_doubted() -> None:
    table = only(
        budget(
            "一般公共预算支出表",
            "单位：万元",
            """
科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费
301 | 工资福利支出 | 9 | 9 |
30101 | 基本工资 | 6 | 6 |
30103 | 奖金 | 3 | 3 |
""",
        )
    )
    assert table.kind == "general_basic" and "titled as general_expenditure" in table.doubts[0]


def test_a_header_shifted_by_a_column_is_put_over_its_figures() -> None:
    read = final(
        "收入决算表",
        "单位：万元",
        """
项目 | | | 本年收入合计 | 财政拨款收入 | 事业收入 |
科目编码 | | 科目名称 | | | |
类 | 款 | 项 | 栏次 | 1 | 2 | 3
 | | | 合计 | 9.00 | 8.00 | 1.00
201 | | | 一般公共服务支出 | 9.00 | 8.00 | 1.00
""",
    )
    assert facts(read)[:3] == ["income 9.00", "income fiscal 8.00", "income undertaking 1.00"]
    assert any("shifted" in doubt for doubt in only(read).doubts)


def test_a_total_that_lost_its_merged_cell_is_moved_to_where_the_columns_add_up() -> None:
    read = budget(
        "支出预算总表",
        "单位：万元",
        """
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
合计 | 30.00 | 20.00 | 10.00 |
205 | 教育支出 | 18.00 | 12.00 | 6.00
210 | 卫生健康支出 | 12.00 | 8.00 | 4.00
""",
    )
    assert facts(read)[:3] == ["expenditure 30.00", "expenditure basic 20.00", "expenditure project 10.00"]
    assert any("totals close" in doubt for doubt in only(read).doubts)
    assert row(only(read), "合计").role == "total"


def test_a_number_that_cannot_be_read_is_counted_and_not_bound() -> None:
    read = final("支出决算表", "单位：万元", HEADER + "205 | 教育支出 | 1.464.43 | 12.00 |")
    assert [mention.text for mention in read.unbound] == ["1.464.43"] and read.table_numbers == 2


def test_negative_numbers_and_dashes() -> None:
    read = final("支出决算表", "单位：万元", HEADER + "205 | 教育支出 | -3.50 | （3.50） | —")
    assert [fact.value for fact in read.facts] == [-35000, -35000]


def test_a_document_without_tables_has_none() -> None:
    read = bind(Layout("drawn"), kind=None, fiscal_year=None)
    assert (read.tables, read.facts, read.table_numbers) == ((), (), 0)


@pytest.mark.parametrize(
    "line", ["支出决算表 公开03表 金额单位：万元", "2023年度支出决算表（单位：万元）", "表3：支出决算表 单位：万元"]
)
def test_title_and_unit_may_share_a_line(line: str) -> None:
    table = only(final(line, HEADER + "205 | 教育支出 | 12.00 | 12.00 |"))
    assert (table.kind, table.unit) == ("expenditure", "万元")


def test_a_table_that_is_only_named_and_said_to_be_empty_is_one() -> None:
    read = final(
        "六、一般公共预算财政拨款基本支出决算表",
        "七、政府性基金预算财政拨款收入支出决算表",
        "本单位当年无政府性基金预算财政拨款收入支出。",
        "第三部分 决算情况说明",
    )
    table = only(read)
    assert (table.kind, table.said_empty, table.n_rows, table.after_paragraph) == ("gov_fund", True, 0, 2)


def test_a_note_drawn_as_the_last_line_is_a_note_and_no_line() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        HEADER + "205 | 教育支出 | 5.00 | 5.00 |\n注：本表反映部门本年度各项支出情况。1栏各行=（2+3）栏各行。 | < | < | < | <",
    )
    table = only(read)
    assert len(table.notes) == 1 and table.identities[0].terms == ((1, "2"), (1, "3"))
    assert [line.role for line in table.rows][-1] == "note" and read.bound == 2


def test_a_stray_empty_frame_is_no_table_and_does_not_part_one() -> None:
    read = final(
        "支出决算表",
        "单位：万元",
        grid(HEADER + "205 | 教育支出 | 5.00 | 5.00 |"),
        grid(" | \n | "),
        grid("20502 | 普通教育 | 5.00 | 5.00 |"),
    )
    assert parent(only(read), "普通教育") == "教育支出"


def test_title_and_unit_in_a_frame_of_their_own_are_those_of_the_table_below() -> None:
    read = final(
        grid("支出决算表 | <\n部门：某局 | 单位：元"),
        grid(HEADER + "205 | 教育支出 | 500 | 500 |"),
    )
    table = only(read)
    assert (table.kind, table.unit, table.after_paragraph) == ("expenditure", "元", 0) and read.bound == 2


def test_a_note_in_a_frame_of_its_own_is_the_note_of_the_table_above() -> None:
    header = "科目编码 | 科目名称 | 本年支出 | 基本支出 | 项目支出\n | | | |"
    read = final("政府性基金预算财政拨款支出决算表", grid(header), grid("注：本单位没有政府性基金支出，本表无数据。 | <"))
    assert only(read).said_empty and len(only(read).notes) == 1
