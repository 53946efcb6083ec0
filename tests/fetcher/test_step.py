"""Where a page leads."""

from __future__ import annotations

import json

import pytest

from services.content.sniff import HTML, JSON
from services.fetcher.found import Role, Trail
from services.fetcher.step import Step, near, read, starts
from tests.fetcher.conftest import source

BASE = "http://www.example.gov.cn/yjsgk/"
START = Trail(BASE, Role.START)
FIGURES = "".join(f"<tr><td>项目{n}</td><td>{n}.50</td></tr>" for n in range(1, 30))


def step(html: str, trail: Trail = START, **changes: object) -> Step:
    made = read(source(BASE, **changes), trail, f"<html><body>{html}</body></html>".encode(), HTML, trail.url)
    assert made is not None
    return made


def ways(made: Step) -> list[tuple[str, Role, int, int]]:
    return [(way.url.removeprefix(BASE), way.role, way.depth, way.turn) for way in made.onward]


def test_a_list_leads_to_its_entries_and_to_its_further_pages() -> None:
    made = step(
        "<li><a href='1.html'>甲局预算</a><i>2024-02-01</i></li><a href='x.html'>要闻</a><a href='index_1.html'>下一页</a>"
    )
    assert made.article.listing
    assert ways(made) == [("index_1.html", Role.LIST, 0, 1), ("1.html", Role.LINK, 1, 0)]
    assert (made.onward[1].text, made.onward[1].date, made.onward[1].referrer) == ("甲局预算", "2024-02-01", BASE)


def test_an_article_leads_to_its_files_however_deep_it_is() -> None:
    trail = Trail(BASE + "1.html", date="2024-02-01", depth=3, text="甲局预算")
    made = step("<h1>甲局2024年部门预算</h1><a href='1.pdf'>附件</a><a href='2.html'>乙局预算</a>", trail)
    assert not made.article.listing
    assert made.article.files == ((BASE + "1.pdf", "附件"),)
    (file,) = made.onward
    assert (file.title, file.published, file.depth) == ("甲局2024年部门预算", "2024-02-01", 4)
    assert step("<a href='1.pdf'>附件</a>", Trail(BASE + "1.html", depth=4)).onward == (), "what is beyond is not read"


def test_the_parts_of_a_page_are_as_deep_as_the_page() -> None:
    made = step("<iframe src='list.html'></iframe><iframe src='http://ads.example.com/'></iframe><iframe src='1.pdf'></iframe>")
    assert ways(made) == [("list.html", Role.LIST, 0, 1), ("1.pdf", Role.LINK, 1, 0)]
    article = Trail(BASE + "1.html", depth=1, text="甲局预算", date="2024-02-01")
    made = step("<h1>甲局2024年部门预算</h1><iframe src='text.html'></iframe><script>'side.json'</script>", article)
    (frame,) = made.onward
    assert (frame.url, frame.role, frame.title, frame.date) == (BASE + "text.html", Role.LINK, "甲局2024年部门预算", "2024-02-01")


def test_more_is_the_whole_of_a_list() -> None:
    made = step("<div><h2>预决算公开<a href='/bm/'>更多</a></h2></div><a href='http://other.example.com/yjs/'>更多</a>")
    assert [(way.url, way.role, way.depth) for way in made.onward] == [("http://www.example.gov.cn/bm/", Role.LIST, 1)]


def test_a_list_is_turned_while_it_brings_something() -> None:
    page = "<a href='/'>首页</a>{}<a href='?page=3'>下一页</a>"
    before = step(page.format("<a href='1.html'>甲局预算</a>"), Trail(BASE + "?page=1", Role.LIST, turn=1)).onward[0].entries
    for entries, turned in (("<a href='2.html'>乙局预算</a>", True), ("<a href='2.html'>要闻</a>", True),
                            ("<a href='1.html'>甲局预算</a>", False)):  # fmt: skip
        made = step(page.format(entries), Trail(BASE + "?page=2", Role.LIST, turn=2, entries=before))
        assert any(way.turn == 3 for way in made.onward) is turned
        assert made.refusals == (() if turned else ("endless",))
    made = step("<a href='?page=3'>下一页</a>", Trail(BASE + "?page=2", Role.LIST, turn=2, entries=before))
    assert made.refusals == ("endless",)


def test_pages_by_a_template() -> None:
    paging = {"paging": {"template": "list_{page}.html", "first": 2, "most": 2}}
    entry = "<a href='{}.html'>部门预算</a>"
    urls = [BASE]
    trail = START
    for number in range(3):
        made = step(entry.format(number), trail, **paging)
        trails = [way for way in made.onward if way.role is Role.LIST]
        if not trails:
            break
        (trail,) = trails
        urls.append(trail.url)
    assert urls == [BASE, BASE + "list_2.html", BASE + "list_3.html"]


def test_json_is_read_where_it_lists() -> None:
    body = json.dumps({"rows": [{"title": "甲局预算", "url": "/1.html"}, {"title": "要闻", "url": "/2.html"}]}).encode()
    made = read(source(BASE), START, body, JSON, BASE)
    assert made is not None
    assert made.article.listing
    assert [way.url for way in made.onward] == ["http://www.example.gov.cn/1.html"]
    assert read(source(BASE), START, b'{"code": 500}', JSON, BASE) is None


def test_an_encoding_that_the_source_gives_is_used() -> None:
    body = "<a href='1.html'>預算預算預算</a><a href='2.html'>预算</a>".encode("gb18030")
    made = read(source(BASE, encoding="gb18030"), START, body, HTML, BASE)
    assert made is not None
    assert [(way.url, way.text) for way in made.onward] == [(BASE + "2.html", "预算")]


@pytest.mark.parametrize(
    ("url", "is_near"),
    [
        ("http://czj.example.gov.cn/x", True),
        ("http://www.other.gov.cn/x", False),
        ("http://files.example.com/x", True),
        ("http://example.com/x", False),
        ("http://127.0.0.1/", False),
    ],
)
def test_pages_of_the_same_organisation_are_near(url: str, is_near: bool) -> None:
    assert near(source(BASE, hosts=["files.example.com"]), url) is is_near


def test_each_start_page_once() -> None:
    assert starts(source(BASE)) == (START,)
    assert len(starts(source(BASE).model_copy(update={"start": (BASE, BASE)}))) == 1
