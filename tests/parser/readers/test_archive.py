"""Archives: the main document first, its annexes after it, one report of all."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace

import py7zr
import pytest

from services.parser.layout import Grid, TextBlock, Unreadable
from services.parser.readers import Limits, read
from tests.fuzz.seeds import SENTENCE, TITLE, archive, pdf, rar, seven, text, word, workbook


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packer:
        for name, content in members.items():
            packer.writestr(name, content)
    return buffer.getvalue()


def test_annexes_follow_the_main_document() -> None:
    layout = read(archive())
    assert layout.reader == "zip/docx"
    assert [name for name, _ in layout.attachments] == ["2024年度部门决算公开.docx", "附件1 收入决算表.xlsx"]
    first, *_, last = layout.blocks
    assert isinstance(first, TextBlock) and first.text == TITLE
    assert isinstance(last, Grid) and last.name == "收入决算表"


def test_the_pages_of_annexes_are_counted_on() -> None:
    body = zipped({"a-final.pdf": pdf(), "b-annex.pdf": pdf()})
    layout = read(body)
    assert [page.number for page in layout.pages] == [1, 2]
    assert [block.pages for block in layout.blocks if isinstance(block, Grid)] == [[1], [2]]


def test_names_in_gbk_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packer:
        packer.writestr("NNNNNNNN.txt", text())
    body = buffer.getvalue().replace(b"NNNNNNNN", "决算公开".encode("gbk"))
    assert read(body).attachments == [("决算公开.txt", "决算公开")]


def test_7z_is_read() -> None:
    layout = read(seven())
    assert (layout.reader, [name for name, _ in layout.attachments]) == ("7z/docx", ["决算公开.docx", "附件1.txt"])
    assert SENTENCE in {block.text for block in layout.blocks if isinstance(block, TextBlock)}


def test_rar_with_stored_members_is_read_without_an_unpacker() -> None:
    assert [name for name, _ in read(rar()).attachments] == ["final.docx", "annex1.txt"]


@pytest.mark.skipif(any(map(shutil.which, ("unrar", "unar", "7z", "7zz", "bsdtar"))), reason="an unpacker for RAR is installed")
def test_packed_rar_says_what_is_missing() -> None:
    with pytest.raises(Unreadable, match="unrar") as caught:
        read(rar(method=0x33))
    assert caught.value.code == "unsupported"


def test_a_path_out_of_the_archive_leads_nowhere() -> None:
    layout = read(zipped({"../../../../etc/cron.d/final.txt": text()}))
    assert layout.blocks and "final" in layout.attachments[0][1]


def test_what_is_no_document_is_told_and_left_out() -> None:
    layout = read(zipped({"final.docx": word(), "readme.bin": bytes(range(256)) * 8, "__MACOSX/._final.docx": b"\x00\x05"}))
    assert len(layout.warnings) == 1 and "readme.bin" in layout.warnings[0]


def test_an_archive_without_a_document_says_so() -> None:
    with pytest.raises(Unreadable) as caught:
        read(zipped({"a.bin": bytes(range(256)) * 8}))
    assert caught.value.code == "no-content"


def test_a_password_is_told() -> None:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password="x") as packer:
        packer.writestr(text(), "a.txt")
    with pytest.raises(Unreadable) as caught:
        read(buffer.getvalue())
    assert caught.value.code == "encrypted"


def test_more_members_than_are_read_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packer:
        for number in range(30):
            packer.writestr(f"{number}.txt", text())
    with pytest.raises(Unreadable) as caught:
        read(buffer.getvalue(), limits=replace(Limits(), members=20))
    assert caught.value.code == "bomb"


def test_the_narrative_is_the_main_document_whatever_its_name() -> None:
    layout = read(zipped({"1.xlsx": workbook(), "2.docx": word()}))
    assert layout.reader in ("zip/docx", "zip/xlsx")
    assert len(layout.attachments) == 2
