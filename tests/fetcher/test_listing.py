"""Lists that come as JSON."""

from __future__ import annotations

import json

import pytest

from services.fetcher.listing import read_listing
from services.fetcher.page import Link, Page

URL = "http://www.example.gov.cn/api/list?channelId=7&page=1&size=2"
ENTRIES = [
    {
        "id": 1,
        "title": "甲局<em>2024</em>年部门预算",
        "url": "/yjs/1.html",
        "publishDate": "2024-02-01 09:00",
        "imgUrl": "/1.jpg",
    },
    {"id": 2, "title": "乙局2024年部门预算", "url": "/yjs/2.html", "publishDate": 1706749200000},
]


def read(data: object, url: str = URL) -> Page:
    page = read_listing(data if isinstance(data, str) else json.dumps(data), url)
    assert page is not None
    return page


def test_the_entries_of_a_list() -> None:
    page = read({"code": 200, "data": {"total": 2, "rows": ENTRIES}})
    assert page.links == (
        Link("http://www.example.gov.cn/yjs/1.html", "甲局2024年部门预算", "2024-02-01 09:00"),
        Link("http://www.example.gov.cn/yjs/2.html", "乙局2024年部门预算", "2024-02-01 09:00:00"),
    )
    assert page.further == ()
    assert page.numbers == 0


@pytest.mark.parametrize(
    "entry",
    [
        {"docTitle": "甲局预算", "docPubUrl": "https://www.example.gov.cn/t1.html", "docPubTime": "2024-02-01"},
        {"name": "甲局预算", "linkHref": "t1.html", "time": "2024-02-01"},
        {"TITLE": "甲局预算", "FILEPATH": "./t1.pdf", "Date": "2024-02-01"},
    ],
)
def test_whatever_their_fields_are_called(entry: dict[str, str]) -> None:
    (link,) = read([entry]).links
    assert (link.text, link.date) == ("甲局预算", "2024-02-01")


@pytest.mark.parametrize(
    ("data", "url", "numbers"),
    [
        ({"total": 5, "rows": ENTRIES}, "?page=1&size=2", ["page=2", "page=3"]),
        ({"total": 5, "rows": ENTRIES}, "?page=0&size=2", ["page=1", "page=2"]),
        ({"totalPages": 3, "rows": ENTRIES}, "?pageNo=2", ["pageNo=3"]),
        ({"page": {"pageCount": "2"}, "rows": ENTRIES}, "?pageIndex=1", ["pageIndex=2"]),
        ({"response": {"numFound": 6, "docs": ENTRIES}}, "?start=0&rows=2", ["start=2", "start=4"]),
        ({"rows": ENTRIES}, "?p=4", ["p=5"]),
        ({"rows": []}, "?p=4", []),
        ({"rows": ENTRIES}, "?id=4", []),
        ({"total": 2, "rows": ENTRIES}, "?page=1&size=2", []),
    ],
)
def test_its_further_pages(data: object, url: str, numbers: list[str]) -> None:
    further = read(data, "http://h/api/list" + url).further
    assert [next(part for part in page.partition("?")[2].split("&") if part in numbers) for page in further] == numbers


def test_a_call_around_the_data() -> None:
    assert len(read('jQuery_1({"rows": ' + json.dumps(ENTRIES) + "});").links) == 2


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "f({", "7", '"x"', "null", "<html>", "f" * 200_000, "f(" * 100_000])
def test_what_is_no_list(text: str) -> None:
    assert read_listing(text, URL) is None


@pytest.mark.parametrize(
    "data", [{}, [], [[[]]], {"a": {"url": "/x", "title": ""}}, {"title": "x", "url": 7}, {"title": "甲", "url": "javascript:x"}]
)
def test_what_has_no_entries(data: object) -> None:
    assert read(data).links == ()
