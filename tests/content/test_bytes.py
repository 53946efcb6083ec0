"""What files are and how their text is encoded: by their bytes."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.content.charset import decode
from services.content.sniff import sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
OFFICE = "application/vnd.openxmlformats-officedocument."
TEXT = "甲局2023年度部门决算，收入总计1,234.56万元。"


def package(*names: str, mimetype: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")  # a ZipInfo has no clock: each worker's tests bear the same names
    return buffer.getvalue()


def streams(*names: str) -> bytes:
    return OLE + b"".join(name.encode("utf-16-le") + bytes(64) for name in names)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\r\n\r\njunk before%PDF-1.4", "application/pdf"),
        (package("[Content_Types].xml", "word/document.xml"), OFFICE + "wordprocessingml.document"),
        (package("[Content_Types].xml", "xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
        (package("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (package("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (package("甲局决算.pdf"), "application/zip"),
        (package("word/document.xml")[:60], "application/zip"),
        (streams("WordDocument"), "application/msword"),
        (streams("WordDocument", "Workbook"), "application/msword"),
        (streams("Workbook", "WordDocument"), "application/vnd.ms-excel"),
        (streams("EncryptedPackage"), "application/x-ole-storage"),
        (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"{\\rtf1", "application/rtf"),
        (b"\xef\xbb\xbf\n <!DOCTYPE HTML><html>", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", "text/html"),
        (b"<!-- TRS --><table>", "text/html"),
        ("<html>".encode("utf-16"), "text/html"),
        (f"<p>{TEXT}</p>".encode("gbk"), "text/html"),
        (b"<?xml version='1.0'?><rss/>", "application/xml"),
        (TEXT.encode("gb18030"), "text/plain"),
        (TEXT.encode("utf-16"), "text/plain"),
        (b'{"code": 500}', "application/json"),
        (b"{not json", "text/plain"),
        (b"7z\xbc\xaf\x27\x1c" + b"%PDF-1.4", "application/x-7z-compressed"),
        (
            package("content.xml", mimetype="application/vnd.oasis.opendocument.text-template"),
            "application/vnd.oasis.opendocument.text",
        ),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM" + bytes(60), "image/bmp"),
        (b"BM is an abbreviation", "text/plain"),
        (bytes(1000), "application/octet-stream"),
        (b"MZ\x90\x00" + bytes(100), "application/vnd.microsoft.portable-executable"),
    ],
)
def test_the_media_type_is_that_of_the_bytes(body: bytes, media_type: str) -> None:
    assert sniff(body) == media_type


@given(st.binary(max_size=500), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-", OLE[:8], b"<", b"{", b"\xff\xfe"]))
def test_any_bytes_have_a_media_type_and_a_text(body: bytes, start: bytes) -> None:
    assert "/" in sniff(start + body)
    assert isinstance(decode(start + body)[0], str)


@given(
    st.text(st.characters(codec="gbk", min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=12, max_size=300),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_chinese_text_is_read_in_every_encoding_of_these_sites(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_one_damaged_character_does_not_turn_a_utf8_page_into_gbk() -> None:
    text = TEXT * 20
    assert decode(text.encode()[:-1])[0] == text[:-1] + "\ufffd"
    assert decode(TEXT.encode() + b"\xe5\x8d" + text.encode())[0] == TEXT + "\ufffd" + text
