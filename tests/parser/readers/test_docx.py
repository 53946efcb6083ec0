"""Word documents: what stands in them, as it reads with all changes accepted."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import read
from services.parser.readers.docx.numbering import chinese
from tests.fuzz.seeds import ROWS, SENTENCE, TITLE, packed, unpacked, word


def written(write: Callable[[Document], object]) -> Layout:
    document = docx.Document()
    write(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return read(buffer.getvalue())


def add(xml: str) -> Callable[[Document], object]:
    """Puts an element of WordprocessingML into the body."""
    element = xml.replace(">", f" {nsdecls('w')}>", 1) if "xmlns:w" not in xml else xml
    return lambda document: document.element.body.insert(0, parse_xml(element))


def texts(layout: Layout) -> list[str]:
    return [block.text for block in layout.blocks if isinstance(block, TextBlock)]


def grids(layout: Layout) -> list[Grid]:
    return [block for block in layout.blocks if isinstance(block, Grid)]


def test_headings_paragraphs_and_tables_stand_in_order_with_offsets_into_the_text_read() -> None:
    heading, sentence, table = read(word()).blocks
    assert isinstance(heading, TextBlock) and isinstance(sentence, TextBlock) and isinstance(table, Grid)
    assert (heading.text, heading.heading, sentence.text) == (TITLE, 1, SENTENCE)
    assert [[cell.text for cell in table.cells if cell.row == row] for row in range(4)] == [list(row) for row in ROWS]
    assert sentence.span(0, 4) == (len(TITLE) + 1, len(TITLE) + 5)
    assert table.cells[0].start == len(TITLE) + len(SENTENCE) + 2


def test_merged_cells_keep_their_spans() -> None:
    def write(document: Document) -> None:
        table = document.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(1, 0)).text = "项目"
        table.cell(0, 1).merge(table.cell(0, 2)).text = "决算数"
        table.cell(2, 2).text = "1.00"

    (grid,) = grids(written(write))
    assert {(c.row, c.column): (c.text, c.rowspan, c.colspan) for c in grid.cells if c.text} == {
        (0, 0): ("项目", 2, 1),
        (0, 1): ("决算数", 1, 2),
        (2, 2): ("1.00", 1, 1),
    }
    assert sum(cell.rowspan * cell.colspan for cell in grid.cells) == 9


def test_tracked_changes_are_accepted() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    xml = (
        f"<w:p>{run.format('收入')}<w:del w:id='1' w:author='a'><w:r><w:delText>100</w:delText></w:r></w:del>"
        f"<w:ins w:id='2' w:author='a'>{run.format('200.00')}</w:ins>{run.format('万元')}</w:p>"
    )
    assert texts(written(add(xml))) == ["收入200.00万元"]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>单位：万元</w:t></w:r></w:p></w:txbxContent>"
    xml = (
        f"<w:p {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><w:r><w:t>收入表</w:t></w:r><w:r>"
        f"<mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        "</w:r></w:p>"
    )
    assert texts(written(add(xml))) == ["收入表", "单位：万元"]


def test_numbers_that_word_counts_by_itself_are_part_of_the_text() -> None:
    forms = (("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%1.%3"))
    levels = "".join(
        f'<w:lvl w:ilvl="{k}"><w:numFmt w:val="{form}"/>{"<w:isLgl/>" * (k == 2)}<w:lvlText w:val="{text}"/></w:lvl>'
        for k, (form, text) in enumerate(forms)
    )
    numbering = (
        f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    items = (("收入", 0), ("支出", 0), ("其中", 1), ("基本", 1), ("人员", 2), ("其他", 0), ("项目", 1))
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for text, level in items
    )
    parts = unpacked(word())
    parts["word/document.xml"] = f"<w:document {nsdecls('w')}><w:body>{body}</w:body></w:document>".encode()
    parts["word/numbering.xml"] = numbering.encode()
    expected = ["一、收入", "二、支出", "（一）其中", "（二）基本", "2.1人员", "三、其他", "（一）项目"]
    assert texts(read(packed(parts))) == expected


@pytest.mark.parametrize(
    ("number", "written_as"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (2024, "2024")],
)
def test_chinese_numbers(number: int, written_as: str) -> None:
    assert chinese(number) == written_as


def test_a_table_that_only_frames_another_disappears() -> None:
    def write(document: Document) -> None:
        frame = document.add_table(1, 1).cell(0, 0)
        frame.text = "部门收支总表"
        inner = frame.add_table(2, 2)
        for cell, words in zip(inner._cells, ("项目", "金额", "合计", "5.00"), strict=True):
            cell.text = words

    layout = written(write)
    assert texts(layout) == ["部门收支总表"]
    assert [(grid.n_rows, grid.n_columns) for grid in grids(layout)] == [(2, 2)]


def test_a_document_without_text_says_so() -> None:
    with pytest.raises(Unreadable) as caught:
        written(lambda document: document.add_paragraph(" "))
    assert caught.value.code == "empty"
