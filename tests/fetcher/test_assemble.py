"""The documents of a poll do not depend on the order in which its addresses were asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

from services.fetcher.assemble import assemble
from services.fetcher.found import Article, File, Found, Kept, Missed, Result, Role, Trail

WHEN = datetime(2024, 8, 30, tzinfo=UTC)


def kept(url: str, name: str | None = None) -> Kept:
    return Kept(url, name, "application/pdf", f"sha of {url}", 1, WHEN, 200, {})


def file(url: str, text: str = "", role: Role = Role.LINK) -> Result:
    return Result(Trail(url, role, text, referrer="list"), File(kept(url, f"{url}.pdf")))


def article(url: str, *files: tuple[str, str], numbers: int = 0, listing: bool = False) -> Result:
    return Result(
        Trail(url, text=f"link to {url}", referrer="list"),
        Article(listing, f"title of {url}", "2024-08-30", numbers, files, kept(url)),
    )


def told(documents: list[Found]) -> dict[str, list[str]]:
    return {found.file.url: [annex.url for annex in found.annexes] for found in documents}


def test_files_of_an_article_files_of_a_list_and_the_page_itself() -> None:
    results = [
        article("list", ("f", "x"), listing=True),
        article("a", ("main", "甲局决算.pdf"), ("annex", "绩效自评表")),
        file("main"),
        file("annex"),
        file("loose", "乙局决算"),
        article("text", numbers=50),
    ]
    assert told(assemble(results)) == {"main": ["annex"], "loose": [], "text": []}
    main, loose, text = assemble(results)
    assert (main.referrer, main.title, main.published, main.link_text) == ("a", "title of a", "2024-08-30", "甲局决算.pdf")
    assert (loose.referrer, loose.title, loose.link_text) == ("list", None, "乙局决算")
    assert (text.referrer, text.title, text.link_text) == ("list", "title of text", "link to text")


def test_in_whatever_order_they_came() -> None:
    results = [
        article("a", ("shared", "甲局决算.pdf"), ("annex", "名词解释")),
        article("b", ("shared", "甲局决算.pdf")),
        article("c", ("other", "乙局决算.pdf"), ("annex", "名词解释")),
        file("shared", "甲局决算"),
        file("annex", "名词解释"),
        file("other"),
    ]
    expected = assemble(results)
    assert told(expected) == {"shared": ["annex"], "other": ["annex"]}
    for order in permutations(results):
        assert {found.file.url: found for found in assemble(order)} == {found.file.url: found for found in expected}


def test_a_file_that_could_not_be_got_keeps_its_place() -> None:
    results = [article("a", ("main", "甲局决算.pdf"), ("annex", "绩效自评表")), file("annex")]
    assert assemble(results) == [], "its annex does not become the document"
    results = [
        article("a", ("main", "甲局决算.pdf"), ("annex", "绩效自评表")),
        file("main"),
        Result(Trail("annex"), Missed(False, "timeout")),
    ]
    (found,) = assemble(results)
    assert found.partial
    assert found.annexes == ()


def test_what_was_linked_as_a_file_and_is_a_page_is_no_file() -> None:
    results = [article("a", ("down?id=1", "下载")), article("down?id=1", ("real", "甲局决算.pdf")), file("real")]
    assert told(assemble(results)) == {"real": []}


def test_a_name_that_says_nothing_gives_way_to_the_servers() -> None:
    (found,) = assemble([article("a", ("f", "点击下载附件")), file("f")])
    assert found.file.name == "f.pdf"


def test_a_probe_finds_nothing() -> None:
    assert assemble([file("old", role=Role.PROBE)]) == []
