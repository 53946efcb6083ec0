"""Tables of the real documents: every amount under its line and column, none invented, every kind right.

Measured on the true cells of five PDFs (so that reading and binding can fail apart), on what the readers make of the same
files, and on the text copies.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from schemas.report import Cell, Column, Kind, Table, TableRow
from schemas.taxonomy.concepts import squeeze
from services.parser.layout import Grid, GridCell, Layout, TextBlock
from services.parser.readers import read
from services.parser.tables import TablesRead, bind

TRUE_CELLS = (
    "putuo-guihua-2024-final",
    "putuo-shangwei-dept-2025-budget",
    "putuo-shangwei-unit-2025-budget",
    "putuo-wanli-2024-budget",
    "putuo-wanli-2025-budget",
)
TEXT_COPIES = ("hanyang-2019-final", "jiangan-2019-final", "jianghan-2022-budget", "panjin-2018-final", "suizhou-2023-final")
KINDS = {
    "部门决算单位构成表": "units",
    "收入支出决算总表": "income_expenditure",
    "收入决算表": "income",
    "支出决算表": "expenditure",
    "财政拨款收入支出决算总表": "fiscal",
    "一般公共预算财政拨款支出决算表": "general_expenditure",
    "一般公共预算财政拨款基本支出决算表": "general_basic",
    "财政拨款“三公”经费支出决算表": "three_public",
    "政府性基金预算财政拨款收入支出决算表": "gov_fund",
    "国有资本经营预算财政拨款收入支出决算表": "state_capital",
    "财务收支预算总表": "income_expenditure",
    "收入预算总表": "income",
    "支出预算总表": "expenditure",
    "财政拨款收支预算总表": "fiscal",
    "一般公共预算支出功能分类预算表": "general_expenditure",
    "政府性基金预算支出功能分类预算表": "gov_fund",
    "国有资本经营预算支出功能分类预算表": "state_capital",
    "一般公共预算基本支出部门预算经济分类预算表": "general_basic",
    "“三公”经费和机关运行经费预算表": "three_public",
}
"""The usual name of a table in the true cells → kind."""

THREE_PUBLIC = {
    "合计": "three_public",
    "三公经费合计": "three_public",
    "因公出国(境)费": "three_public.abroad",
    "公务接待费": "three_public.reception",
    "公务用车购置及运行维护费-小计": "three_public.vehicles",
    "公务用车购置及运行费-小计": "three_public.vehicles",
    "公务用车购置及运行维护费-公务用车购置费": "three_public.vehicle_purchase",
    "公务用车购置及运行维护费-公务用车运行维护费": "three_public.vehicle_running",
    "公务用车购置费": "three_public.vehicle_purchase",
    "公务用车运行费": "three_public.vehicle_running",
    "公务用车运行维护费": "three_public.vehicle_running",
    "机关运行经费": "agency_operating",
}


def _period(name: str) -> tuple[Kind, int]:
    year = next(int(part) for part in name.split("-") if part.isdigit())
    return (Kind.BUDGET if name.endswith("budget") else Kind.FINAL_ACCOUNTS), year


@cache
def _read(corpus: Path, name: str) -> TablesRead:
    """What is made of a document, once for all tests."""
    file = f"{name}.{'pdf' if name in TRUE_CELLS else 'txt'}"
    kind, year = _period(name)
    return bind(read((corpus / file).read_bytes(), file), kind=kind, fiscal_year=year)


def _truth(corpus: Path, name: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = json.loads((corpus / "tables" / f"{name}.json").read_text(encoding="utf-8"))["tables"]
    return tables


def _layout(tables: list[dict[str, Any]], *, titles: bool = True) -> Layout:
    """The true cells as a reader would deliver them."""
    layout = Layout("truth")
    for table in tables:
        spans = {(row, column): (height, width) for row, column, height, width in table["spans"]}
        covered = {
            (row + down, column + across)
            for (row, column), (height, width) in spans.items()
            for down in range(height)
            for across in range(width)
            if down or across
        }
        cells = [
            GridCell(row, column, text, *spans.get((row, column), (1, 1)), page=table["row_pages"][row])
            for row, line in enumerate(table["rows"])
            for column, text in enumerate(line)
            if (row, column) not in covered
        ]
        if titles and table["printed_title"]:
            layout.blocks.append(TextBlock(table["printed_title"]))
        if table["unit"]:
            layout.blocks.append(TextBlock(f"单位：{table['unit']}"))
        layout.blocks.append(Grid(len(table["rows"]), len(table["rows"][0]), cells, pages=table["pages"]))
        layout.blocks += [TextBlock(note["text"]) for note in table["notes"]]
    return layout


def _placed(table: Table) -> Iterator[tuple[TableRow, Column, Cell]]:
    """Every bound cell with its line and its column."""
    lines = {(row.row, row.side): row for row in table.rows}
    for cell in table.cells:
        if cell.fact:
            column = table.columns[cell.column]
            yield lines[cell.row, column.side], column, cell


def _found(table: Table, read_: TablesRead) -> Counter[tuple[str, ...]]:
    """``(side, code or label, innermost heading, text)`` of every bound cell; for “三公” the concept stands for the line."""
    facts = {fact.id: fact for fact in read_.facts}
    found: Counter[tuple[str, ...]] = Counter()
    for row, column, cell in _placed(table):
        heading = column.header[-1] if column.header else ""
        if table.kind == "three_public":
            found["", facts[cell.fact or ""].concept, heading if heading in ("预算数", "决算数") else "预算数", cell.text] += 1
        elif table.kind in ("income_expenditure", "fiscal"):
            found["支出" if column.side else "收入", squeeze(row.label), heading, cell.text] += 1
        else:
            code = row.code if row.code and len(row.code) > 2 else squeeze(row.label)
            found["", code, heading, cell.text] += 1
    return found


def _expected(table: dict[str, Any]) -> Counter[tuple[str, ...]]:
    expected: Counter[tuple[str, ...]] = Counter()
    for record in table["records"]:
        line = record.get("code") or squeeze(record.get("item") or record.get("name", ""))
        for heading, text in record.items():
            if heading in ("side", "code", "code_printed", "name", "item") or not text:
                continue
            if "side" in record:
                expected[record["side"], line, squeeze(heading), text] += 1
            elif "item" in record:
                expected["", THREE_PUBLIC[line], heading, text] += 1
            else:
                expected["", line, squeeze(heading), text] += 1
    return expected


@pytest.mark.corpus
@pytest.mark.parametrize("name", TRUE_CELLS)
def test_every_true_amount_stands_under_its_line_and_column_and_none_is_invented(corpus: Path, name: str) -> None:
    truth = _truth(corpus, name)
    kind, year = _period(name)
    read_ = bind(_layout(truth), kind=kind, fiscal_year=year)
    assert [table.kind for table in read_.tables] == [KINDS[table["canonical_name"]] for table in truth]
    for table, true in zip(read_.tables, truth, strict=True):
        assert _found(table, read_) == _expected(true), true["canonical_name"]
        assert sum(cell.fact is not None for cell in table.cells) == true["numeric_cells"]
        assert table.unit == true["unit"]
    assert read_.bound == read_.table_numbers == sum(table["numeric_cells"] for table in truth)


@pytest.mark.corpus
@pytest.mark.parametrize("name", TRUE_CELLS)
def test_kinds_are_told_by_columns_and_codes_where_no_title_stands(corpus: Path, name: str) -> None:
    """Without any title the tables of one fund (empty ones, too) cannot all be told; those with amounts can."""
    truth = [table for table in _truth(corpus, name) if table["numeric_cells"]]
    kind, year = _period(name)
    read_ = bind(_layout(truth, titles=False), kind=kind, fiscal_year=year)
    assert [table.kind for table in read_.tables] == [KINDS[table["canonical_name"]] for table in truth]


@pytest.mark.corpus
@pytest.mark.parametrize("name", TRUE_CELLS)
def test_the_same_holds_for_what_the_reader_makes_of_the_file(corpus: Path, name: str) -> None:
    truth = [table for table in _truth(corpus, name) if table["numeric_cells"]]
    read_ = _read(corpus, name)
    tables = [table for table in read_.tables if any(cell.fact for cell in table.cells)]
    statements = [table for table in tables if table.kind in KINDS.values()]
    assert [table.kind for table in statements] == [KINDS[table["canonical_name"]] for table in truth]
    for table, true in zip(statements, truth, strict=True):
        assert _found(table, read_) == _expected(true), true["canonical_name"]
        assert table.unit == true["unit"], true["canonical_name"]


@pytest.mark.corpus
@pytest.mark.parametrize("name", [*TRUE_CELLS, *TEXT_COPIES])
def test_nearly_every_table_amount_of_a_document_is_bound(corpus: Path, name: str) -> None:
    read_ = _read(corpus, name)
    assert read_.bound + len(read_.unbound) == read_.table_numbers
    assert read_.bound >= 0.97 * read_.table_numbers


@pytest.mark.corpus
def test_shifted_headers_and_lines_of_a_text_copy_are_put_where_the_totals_close(corpus: Path) -> None:
    read_ = _read(corpus, "hanyang-2019-final")
    kinds = [table.kind for table in read_.tables if table.kind]
    assert kinds[:8] == [
        "income_expenditure",
        "income",
        "expenditure",
        "fiscal",
        "general_expenditure",
        "general_basic",
        "three_public",
        "gov_fund",
    ]
    income, general = read_.tables[1], read_.tables[4]
    assert any("shifted" in doubt for doubt in income.doubts) and any("totals close" in doubt for doubt in general.doubts)
    total = [fact for fact in read_.facts if fact.place.table == 4 and fact.function is None]
    assert {(fact.nature, fact.text) for fact in total} == {("total", "1,464.43"), ("basic", "387.20")}
    fiscal = [fact for fact in read_.facts if fact.place.table == 1 and fact.fund == "fiscal"]
    assert len(fiscal) == 17
    assert all(table.said_empty for table in read_.tables[6:8])


@pytest.mark.corpus
@pytest.mark.parametrize("name", [*TRUE_CELLS, *TEXT_COPIES])
def test_no_two_facts_of_one_table_say_different_things_of_the_same_subject(corpus: Path, name: str) -> None:
    read_ = _read(corpus, name)
    seen: dict[tuple[object, ...], str] = {}
    for fact in read_.facts:
        subject = (fact.concept, fact.measure, fact.fund, fact.nature, fact.function, fact.economy, fact.item, fact.base)
        key = (fact.place.table, *subject, fact.phase, fact.year)
        assert seen.setdefault(key, fact.text) == fact.text, key
