"""OFD documents: characters and lines with their places become paragraphs and tables, as in a PDF."""

from __future__ import annotations

from services.parser.layout import Grid, Layout, TextBlock
from services.parser.readers import read
from tests.fuzz.seeds import ROWS, SENTENCE, TITLE, image, ofd, packed, unpacked

PAGE = "Doc_0/Pages/Page_0/Content.xml"


def changed(old: bytes, new: bytes) -> Layout:
    parts = unpacked(ofd())
    assert old in parts[PAGE]
    parts[PAGE] = parts[PAGE].replace(old, new)
    return read(packed(parts))


def rows(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.n_rows)]


def test_a_page_becomes_paragraphs_and_a_table_with_places_in_points() -> None:
    layout = read(ofd())
    title, sentence, table = layout.blocks
    assert isinstance(title, TextBlock) and isinstance(sentence, TextBlock) and isinstance(table, Grid)
    assert (title.text, sentence.text) == (TITLE, SENTENCE)
    assert rows(table) == [list(row) for row in ROWS]
    assert [(round(page.width), round(page.height)) for page in layout.pages] == [(595, 842)]
    assert table.pages == [1] and table.cells[0].box == (56.7, 170.1, 226.8, 198.4)


def test_a_page_whose_text_runs_upwards_is_turned() -> None:
    """Landscape tables are drawn turned on upright pages: every object has a map of its own."""
    turn = b'CTM="0 -1 1 0 0 0" Boundary='
    layout = changed(b"<ofd:TextObject Boundary=", b"<ofd:TextObject " + turn)
    assert (round(layout.pages[0].width), round(layout.pages[0].height)) == (842, 595)
    assert TITLE in {block.text for block in layout.blocks if isinstance(block, TextBlock)}


def test_invisible_objects_are_left_out() -> None:
    layout = changed(b'<ofd:TextObject Boundary="60', b'<ofd:TextObject Visible="false" Boundary="60')
    assert TITLE not in {block.text for block in layout.blocks if isinstance(block, TextBlock)}


def test_repeated_steps_are_spelt_out() -> None:
    """``g 3 3.5`` is three steps of 3.5 mm."""
    steps = " ".join("3.5" if ord(character) > 127 else "1.75" for character in TITLE[:-1]).encode()
    short = b"g 4 1.75 g " + str(len(TITLE) - 5).encode() + b" 3.5"
    title = changed(b'DeltaX="' + steps + b'"', b'DeltaX="' + short + b'"').blocks[0]
    assert isinstance(title, TextBlock) and title.text == TITLE


def test_a_filled_sliver_is_a_rule() -> None:
    """Borders drawn as thin rectangles."""
    line = "M 20 60 L 200 60"
    sliver = f"<ofd:AbbreviatedData>{line} M 20 60.1 L 20 59.9 L 200 59.9 L 200 60.1 C"
    parts = unpacked(ofd())
    path = parts[PAGE].decode()
    start = path.index("<ofd:PathObject")
    slivers = (
        path[start:].replace("<ofd:AbbreviatedData>" + line, sliver).replace("<ofd:PathObject", '<ofd:PathObject Fill="true"')
    )
    parts[PAGE] = (path[:start] + slivers).encode()
    (table,) = (block for block in read(packed(parts)).blocks if isinstance(block, Grid))
    assert rows(table) == [list(row) for row in ROWS]


def test_a_scanned_page_is_recognised() -> None:
    parts = unpacked(ofd())
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        b"</ofd:CommonData>", b"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
    )
    parts["Doc_0/DocumentRes.xml"] = (
        b'<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="9" Type="Image">'
        b"<ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    parts["Doc_0/Res/scan.png"] = image()
    start, end = parts[PAGE].index(b"<ofd:TextObject"), parts[PAGE].index(b"</ofd:Layer>")
    picture = b'<ofd:ImageObject Boundary="10 20 190 190" ResourceID="9"/>'
    parts[PAGE] = parts[PAGE][:start] + picture + parts[PAGE][end:]
    layout = read(packed(parts))
    assert layout.pages[0].ocr and layout.pages[0].readable
    (table,) = (block for block in layout.blocks if isinstance(block, Grid))
    assert [row[1] for row in rows(table)] == ["1,234.50", "2,334.50", "3,434.50"]
