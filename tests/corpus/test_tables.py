"""The tables of real PDFs, cell by cell: every amount under its row and column, none invented, continuations joined."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.accuracy import corpus
from services.parser.layout import Grid
from services.parser.readers import read

CORPUS = corpus()
TRUTH = sorted((CORPUS / "tables").glob("*.json"))
NUMBER = re.compile(r"-?[\d,]*\.?\d+%?")

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not TRUTH, reason=f"no corpus at {CORPUS} (set GOUJI_CORPUS)")]


@pytest.fixture(scope="module", params=TRUTH, ids=lambda path: path.stem)
def document(request: pytest.FixtureRequest) -> Iterator[tuple[list[Grid], list[dict[str, Any]]]]:
    truth = json.loads(request.param.read_text())["tables"]
    layout = read((CORPUS / f"{request.param.stem}.pdf").read_bytes())
    yield [block for block in layout.blocks if isinstance(block, Grid)], truth


def squeeze(text: str) -> str:
    return "".join(text.split())


def rows(grid: Grid) -> list[list[str]]:
    table = [[""] * grid.n_columns for _ in range(grid.n_rows)]
    for cell in grid.cells:
        table[cell.row][cell.column] = squeeze(cell.text)
    return table


def row_pages(grid: Grid) -> list[int]:
    pages = [0] * grid.n_rows
    for cell in grid.cells:
        pages[cell.row] = max(pages[cell.row], cell.page or 0)
    return pages


def test_every_table_is_found_once_with_its_continuations_joined(document: tuple[list[Grid], list[dict[str, Any]]]) -> None:
    grids, truth = document
    assert [grid.pages for grid in grids] == [table["pages"] for table in truth]


def test_every_cell_holds_what_is_printed_there(document: tuple[list[Grid], list[dict[str, Any]]]) -> None:
    grids, truth = document
    for grid, table in zip(grids, truth, strict=True):
        assert rows(grid) == [[squeeze(cell) for cell in row] for row in table["rows"]], table["canonical_name"]


def test_every_amount_is_on_the_page_it_was_printed_on(document: tuple[list[Grid], list[dict[str, Any]]]) -> None:
    grids, truth = document
    for grid, table in zip(grids, truth, strict=True):
        assert row_pages(grid) == table["row_pages"], table["canonical_name"]
        boxes = dict(grid.boxes)
        for cell in grid.cells:
            if NUMBER.fullmatch(cell.text):
                assert cell.page in boxes and cell.box is not None
                left, top, right, bottom = boxes[cell.page]
                assert left - 1 <= cell.box[0] < cell.box[2] <= right + 1 and top - 1 <= cell.box[1] < cell.box[3] <= bottom + 1


def test_merged_cells_have_their_spans(document: tuple[list[Grid], list[dict[str, Any]]]) -> None:
    grids, truth = document
    for grid, table in zip(grids, truth, strict=True):
        spans = {(cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells}
        merged = [tuple(span) for span in table["spans"]]
        assert [span for span in merged if span not in spans] == [], table["canonical_name"]
