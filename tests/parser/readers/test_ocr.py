"""Scans: pages without text are recognised, stand upright, keep their tables, and say how far each number can be trusted."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from benchmarks.scans import scanned
from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import read
from services.parser.readers.ocr.doubt import DOUBTFUL, confidence_of, polish
from services.parser.readers.ocr.engine import Reading
from services.parser.readers.ocr.rules import find_rules
from services.parser.readers.ocr.upright import skew, turn
from tests.fuzz.seeds import image, pdf, picture, scan

NUMBERS = [["Item 1", "1,234.50", "05.00"], ["Item 2", "2,334.50", "16.01"], ["Item 3", "3,434.50", "27.02"]]


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", dpi=(200, 200))
    return buffer.getvalue()


def tables(layout: Layout) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.n_rows)]
        for grid in layout.blocks
        if isinstance(grid, Grid)
    ]


def paragraphs(layout: Layout) -> list[str]:
    return [block.text for block in layout.blocks if isinstance(block, TextBlock)]


@pytest.mark.parametrize("body", [image(), scan()], ids=["png", "pdf"])
def test_a_picture_of_a_page_becomes_text_and_a_table(body: bytes) -> None:
    layout = read(body)
    assert tables(layout) == [NUMBERS]
    assert "1,234.50" in paragraphs(layout)[0] and "2.88%" in paragraphs(layout)[0]
    assert [(page.ocr, page.readable) for page in layout.pages] == [(True, True)]
    (grid,) = (block for block in layout.blocks if isinstance(block, Grid))
    assert all(0.9 < cell.confidence <= 1 for cell in grid.cells)
    assert grid.cells[0].box is not None and grid.cells[0].box[0] == pytest.approx(50 * 0.36, abs=2)


@pytest.mark.parametrize("turns", [1, 2])
def test_a_page_lying_on_its_side_or_head_is_turned_and_a_skew_one_straightened(turns: int) -> None:
    body = png(scanned(picture(6), np.random.default_rng(7), skew=1.3, turns=turns))
    (table,) = tables(read(body))
    assert table[:3] == NUMBERS and len(table) == 6


@pytest.mark.parametrize("degrees", [-4.0, -0.7, 0.0, 0.5, 2.2])
def test_skew_is_measured_to_a_few_hundredths_of_a_degree(degrees: float) -> None:
    image = scanned(np.pad(picture(9), 200, constant_values=255), np.random.default_rng(7), skew=degrees)
    assert skew(image) == pytest.approx(degrees, abs=0.06)


def test_only_the_pages_without_text_are_recognised() -> None:
    mixed = pdfium.PdfDocument(pdf())
    mixed.import_pages(pdfium.PdfDocument(scan()))
    buffer = io.BytesIO()
    mixed.save(buffer)
    layout = read(buffer.getvalue())
    assert [page.ocr for page in layout.pages] == [False, True]
    assert [grid.pages for grid in layout.blocks if isinstance(grid, Grid)] == [[1], [2]]


def drawing() -> np.ndarray:
    """Ink, but no letter."""
    y, x = np.mgrid[0:700, 0:900]
    return np.where(np.hypot(x - 450, y - 350) < 250, 90, 255).astype(np.uint8)


def test_a_page_that_stays_unreadable_says_so() -> None:
    document, buffer = pdfium.PdfDocument(pdf()), io.BytesIO()
    page, item = document.new_page(324, 252), pdfium.PdfImage.new(document)
    Image.fromarray(drawing()).save(buffer, "jpeg")
    item.load_jpeg(buffer, inline=True)
    item.set_matrix(pdfium.PdfMatrix().scale(324, 252))
    page.insert_obj(item)
    page.gen_content()
    written = io.BytesIO()
    document.save(written)
    layout = read(written.getvalue())
    assert [page.readable for page in layout.pages] == [True, False]
    assert [warning for warning in layout.warnings if "page 2" in warning]


def test_an_image_without_text_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read(png(drawing()))
    assert caught.value.code == "no-content"


def test_strokes_of_characters_are_no_rules() -> None:
    """Large letters between two rules, their strokes as long as a row is high."""
    page = np.full((400, 900), 255, np.uint8)
    for at in (100, 140, 180):
        page[at : at + 3, 50:850] = 0
    for at in (50, 450, 847):
        page[100:183, at : at + 3] = 0
    for at in range(80, 430, 40):
        page[107:136, at : at + 4] = 0  # I I I
    ruled = find_rules(page, 200)
    (lattice,) = ruled.lattices
    assert (len(lattice.xs) - 1, len(lattice.ys) - 1) == (2, 2)


def test_turning_back_gives_the_page_again() -> None:
    page = np.pad(picture(), 150, constant_values=255)
    again = turn(turn(page, 3.0), -3.0)
    assert np.mean(np.abs(again.astype(int) - page)) < 6


@pytest.mark.parametrize(
    ("read_as", "printed"),
    [
        ("1,422, 233", "1,422,233"),
        ("O", "0"),
        ("-O.OO", "-0.00"),
        ("收入 支出", "收入支出"),
        ("增加5，000元", "增加5,000元"),
        ("收入(万元)", "收入（万元）"),
        ("3.2025年收支总表", "3．2025年收支总表"),
        ("Office", "Office"),
        ("共12,其中", "共12，其中"),
    ],
)
def test_what_is_recognised_is_written_as_it_is_printed(read_as: str, printed: str) -> None:
    assert polish(read_as) == printed


@pytest.mark.parametrize(
    ("text", "lowest", "confidence"),
    [
        ("1,234.50", 0.97, 0.97),
        ("1,234.50", 0.4, 0.4),
        ("12,34.50", 0.99, DOUBTFUL),  # no number is grouped so
        ("1.234,50", 0.99, DOUBTFUL),
        ("12l4.50", 0.99, DOUBTFUL),  # an l among digits
        ("12。50", 0.99, DOUBTFUL),
    ],
)
def test_a_number_is_trusted_as_its_least_certain_character_and_never_if_malformed(
    text: str, lowest: float, confidence: float
) -> None:
    assert confidence_of(Reading(text, (1.0,) * (len(text) - 1) + (lowest,))) == confidence


def test_a_doubtful_word_makes_no_number_doubtful() -> None:
    assert confidence_of(Reading("收入12.5", (0.3, 0.4, 1.0, 1.0, 1.0, 1.0))) == 1.0


def test_a_pdf_with_text_is_read_without_loading_a_model() -> None:
    program = (
        "import sys; from services.parser.readers import read; from tests.fuzz.seeds import pdf; read(pdf());"
        "sys.exit(bool({'onnxruntime', 'rapidocr'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
