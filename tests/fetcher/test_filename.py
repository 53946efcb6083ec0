"""What attachments are called, by their headers and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.filename import filename


@pytest.mark.parametrize(
    ("disposition", "url", "name"),
    [
        (b"attachment; filename=\"a.pdf\"", "http://x/1", "a.pdf"),
        ("attachment;filename=甲局决算.pdf".encode("gbk"), "http://x/1", "甲局决算.pdf"),
        ("attachment;filename=\"甲局决算.pdf\"".encode(), "http://x/1", "甲局决算.pdf"),
        (b"attachment; filename=%E7%94%B2%E5%B1%80.pdf", "http://x/1", "甲局.pdf"),
        (b"attachment; filename=%BC%D7%BE%D6.pdf", "http://x/1", "甲局.pdf"),
        (b"attachment; filename=x.pdf; filename*=UTF-8''%E7%94%B2%E5%B1%80.pdf", "http://x/1", "甲局.pdf"),
        (b"attachment; filename*=GBK''%BC%D7%BE%D6.pdf", "http://x/1", "甲局.pdf"),
        (b"attachment; filename*=\"UTF-8''%E7%94%B2.pdf\"", "http://x/1", "甲.pdf"),
        (b"attachment; filename*=nonsense''%BC%D7.pdf", "http://x/1", "甲.pdf"),
        (b"attachment; filename=\"=?UTF-8?B?55Sy5bGALnBkZg==?=\"", "http://x/1", "甲局.pdf"),
        (b"attachment; filename=\"..\\..\\etc\\a.pdf\"", "http://x/1", "a.pdf"),
        (b"inline", "http://x/files/b.pdf?x=1", "b.pdf"),
        (None, "http://x/%E7%94%B2%E5%B1%80.pdf", "甲局.pdf"),
        (None, "http://x/down.jsp?classid=0&filename=%BC%D7%BE%D6.pdf", "甲局.pdf"),
        (None, "http://x/down.jsp?id=1", "down.jsp"),
        (None, "http://x/", None),
    ],
)  # fmt: skip
def test_the_name_of_a_file(disposition: bytes | None, url: str, name: str | None) -> None:
    assert filename(disposition, url) == name


@given(st.binary(max_size=200))
def test_any_header_gives_a_harmless_name_or_none(header: bytes) -> None:
    name = filename(b"attachment; filename" + header, "http://x/") or "x"
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable()
