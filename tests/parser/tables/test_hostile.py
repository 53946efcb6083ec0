"""Whatever grid comes: tables and facts that are valid by their contract, every number bound once or counted as unbound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.report import Fact, Kind, Table
from services.parser.layout import Block, Grid, GridCell, Layout, TextBlock
from services.parser.tables import bind

WORDS = st.sampled_from(
    """
    | 项目 | 科目编码 | 科目名称 | 类 | 款 | 项 | 栏次 | 行次 | 合计 | 总计 | 收入 | 支出 | 决算数 | 预算数 | 基本支出 | 上年结转
    | 201 | 20103 | 2010301 | 301 | 30101 | 5 | 05 | 1 | 2 | 3 | 一、一般公共服务支出 | （一）行政运行 | 其中：财政拨款
    | 12.34 | 1,234.56 | -3 | （3.50） | 1.2.3 | 0.00 | — | 95% | ≥95% | 10万元 | 85550000 | 2024 | 999999999999999999999999
    | 一级指标 | 三级指标 | 分值 | 得分 | 项目名称 | 因公出国（境）费 | 2020年预算11万元，调减3万元 | 单位：元 | 支出决算表
    | 年初预算数
    """.replace("\n", "").split("|")
)
TEXTS = st.one_of(WORDS, st.text(max_size=12))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any tiling of a small rectangle by spanning cells."""
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            down = draw(st.integers(1, min(3, rows - row)))
            across = draw(st.integers(1, min(3, columns - column)))
            while any((row, column + step) in taken for step in range(across)):
                across -= 1
            taken |= {(row + below, column + step) for below in range(down) for step in range(across)}
            cells.append(GridCell(row, column, draw(TEXTS), down, across))
    return Grid(rows, columns, cells)


@st.composite
def plain_grids(draw: st.DrawFn) -> Grid:
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    return Grid(rows, columns, [GridCell(row, column, draw(TEXTS)) for row in range(rows) for column in range(columns)])


TITLES = st.sampled_from(
    ["支出决算表", "单位：万元", "项目支出绩效自评表", "“三公”经费支出表", "项目支出表", "注：24行=（1+2+…+7）行", "（续）"]
)
BLOCKS = st.lists(st.one_of(grids(), plain_grids(), st.one_of(TITLES, st.text(max_size=20)).map(TextBlock)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(blocks=BLOCKS, kind=st.sampled_from([None, *Kind]), year=st.sampled_from([None, 2024]))
def test_any_layout_is_read_without_a_crash_into_valid_tables_and_facts(
    blocks: list[Block], kind: Kind | None, year: int | None
) -> None:
    read = bind(Layout("drawn", blocks=blocks), kind=kind, fiscal_year=year)
    assert read.bound == len(read.facts) and read.bound + len(read.unbound) == read.table_numbers
    assert len({fact.id for fact in read.facts}) == len(read.facts)
    bound = {cell.fact for table in read.tables for cell in table.cells if cell.fact}
    assert bound == {fact.id for fact in read.facts if "n" not in fact.id}  # t1r2c3n0: the first amount of a sentence in a cell
    for fact in read.facts:
        assert Fact.model_validate(fact.model_dump()) == fact
    for index, table in enumerate(read.tables):
        assert Table.model_validate_json(table.model_dump_json()) == table
        assert table.index == index and len(table.columns) == table.n_columns
        for number, row in enumerate(table.rows):
            assert row.parent is None or (0 <= row.parent < len(table.rows) and row.parent != number)


@settings(max_examples=60, deadline=None)
@given(blocks=BLOCKS)
def test_no_line_includes_itself(blocks: list[Block]) -> None:
    for table in bind(Layout("drawn", blocks=blocks), kind=Kind.BUDGET, fiscal_year=2024).tables:
        for start in range(len(table.rows)):
            seen, here = {start}, table.rows[start].parent
            while here is not None:
                assert here not in seen
                seen.add(here)
                here = table.rows[here].parent
