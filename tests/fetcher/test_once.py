"""One look: what a poll would find, without a trace; one address, published as a document with its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.fetcher.once import Aside, Look, look, publish
from services.fetcher.sources import load_sources
from services.runtime.archive import Archive
from tests.fetcher.conftest import AGENT, PDF, Fetcher, Site, source

ARTICLE = """<h1>甲局2024年度部门决算</h1><p>发布时间：2025-08-20</p><a href="a.pdf">甲局2024年度部门决算</a>
<a href="t.xls">甲局2024年度部门决算公开表.xls</a><a href="/other.html">乙局2024年度部门决算</a>"""
EXAMPLES = Path(__file__).parents[2] / "examples" / "sources"
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0\0"


@pytest.fixture
def column(site: Site) -> Site:
    rows = ["<a href='/1.html'>甲局2024年度部门决算</a><span>2025-08-20</span>", "<a href='/gone.pdf'>乙局决算.pdf</a>"]
    site.page("/", "".join(f"<li>{row}</li>" for row in rows))
    site.page("/1.html", ARTICLE)
    site.put("/a.pdf", PDF + b"a")
    site.put("/t.xls", XLS)
    return site


def told(found: Look) -> list[tuple[str, str, list[str]]]:
    return [
        (change.value, one.file.url.rpartition("/")[2], [annex.url.rpartition("/")[2] for annex in one.annexes])
        for one, change in found.documents
    ]


async def test_what_a_poll_would_find_leaves_no_trace(column: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        raise AssertionError("nothing is archived")

    monkeypatch.setattr(Archive, "put", never)
    for _ in range(2):
        found = await look(source(column.url + "/"), AGENT)
        assert told(found) == [("new", "a.pdf", ["t.xls"])]
    ((document, _),) = found.documents
    assert (document.title, document.published) == ("甲局2024年度部门决算", "2025-08-20")
    assert [(url.rpartition("/")[2], missed.reason) for url, missed in found.missed] == [
        ("gone.pdf", "http_404"),
        ("other.html", "http_404"),
    ]


async def test_the_guard_and_the_limits_hold(column: Site) -> None:
    refused = await look(source(column.url + "/", local=False), AGENT)
    assert ([missed.reason for _, missed in refused.missed], refused.documents) == (["address"], ())
    column.put("/robots.txt", "User-agent: *\nDisallow: /1.html\n")
    forbidden = await look(source(column.url + "/"), AGENT)
    assert (forbidden.missed[0][1].reason, forbidden.documents) == ("robots", ())
    few = await look(source(column.url + "/", limits={"pages": 2}), AGENT)
    assert len(few.results) == 2


@pytest.mark.postgres
async def test_one_article_is_published_with_its_files_and_nothing_else(
    column: Site, database: str, fetcher: Fetcher, tmp_path: Path
) -> None:
    state = await Aside.open(database)
    archive = Archive(str(tmp_path / "archive"))

    async def now(path: str) -> Look:
        return await publish(column.url + path, source(column.url + "/"), archive, state, fetcher, AGENT)

    assert told(await now("/1.html")) == [("new", "a.pdf", ["t.xls"])]
    (document,) = fetcher.documents
    assert (document.title, document.published, document.version, document.source) == (
        "甲局2024年度部门决算",
        "2025-08-20",
        1,
        "test",
    )
    assert document.sha256 in archive
    assert "/other.html" not in column.paths
    assert told(await now("/1.html")) == [("unchanged", "a.pdf", ["t.xls"])]
    column.put("/a.pdf", PDF + b"b")
    assert told(await now("/a.pdf")) == [("changed", "a.pdf", [])]
    nothing = await now("/none.pdf")
    assert (told(nothing), nothing.missed[0][1].reason) == ([], "http_404")
    assert [document.version for document in fetcher.documents] == [1, 2]
    await state.close()


@pytest.mark.postgres
async def test_what_is_published_by_hand_is_not_removed_and_hides_no_removal(
    column: Site, database: str, fetcher: Fetcher, tmp_path: Path
) -> None:
    """No source sees a document by it: neither is it missed on a list that it never was on, nor is it still there for it."""
    state = await Aside.open(database)
    for path in ("/1.html", "/a.pdf"):
        await publish(column.url + path, source(column.url + "/"), Archive(str(tmp_path / "archive")), state, fetcher, AGENT)
    assert await state.versions.elsewhere("another", [column.url + "/a.pdf"]) == set()
    assert await state.versions.present("test") == {}
    assert all(type(event).__name__ == "RawDocument" for event in fetcher.documents)
    await state.close()


async def test_the_example_of_a_plugin_reads_a_list_that_is_json(site: Site, tmp_path: Path) -> None:
    rows = [{"title": f"第{number}局2024年度部门决算", "url": f"/{number}.pdf", "date": "2025-08-20"} for number in range(12)]
    for number, some in enumerate((rows[:10], rows[10:]), 1):
        site.put(f"/api/articles?channel=yjsgk&page={number}", json.dumps({"total": 12, "rows": some}))
    for number in range(12):
        site.put(f"/{number}.pdf", PDF + bytes([number]))
    for name in ("b-jiekou.yaml", "b-jiekou.py"):
        text = (EXAMPLES / name).read_text("utf-8").replace("https://www.example.gov.cn", site.url)
        (tmp_path / name).write_text(f"{text}local: true\nlimits: {{pause: 0s}}\n" if name.endswith("yaml") else text, "utf-8")
    (watched,) = load_sources(tmp_path)
    found = await look(watched, AGENT)
    assert sorted(one.link_text or "" for one, _ in found.documents) == sorted(row["title"] for row in rows)
    assert {one.published for one, _ in found.documents} == {"2025-08-20"}
    assert found.missed == ()
