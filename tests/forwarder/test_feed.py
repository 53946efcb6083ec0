"""The feed is valid Atom whatever stands in a document, and a reader of the file finds the old or the new one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree, html

from schemas.place import Evidence
from schemas.validation import State, Text
from services.forwarder.feed import atom, replace
from services.forwarder.subscriptions import Feed
from tests.forwarder.making import BEGIN, found

FEED = Feed(file=Path("feed.xml"), url="https://desk.example.org/feed.xml")
RULES = etree.RelaxNG(file=str(Path(__file__).with_name("atom.rng")))
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def read(content: bytes) -> etree._Element:
    """The feed, valid."""
    tree = etree.fromstring(content)
    RULES.assertValid(tree)
    assert tree.xpath("a:link[@rel = 'self']/@href", namespaces=ATOM) == [FEED.url]
    return tree


def test_an_entry_has_what_a_reader_needs() -> None:
    tree = read(atom(FEED, [(BEGIN + timedelta(days=1), found(1)), (BEGIN, found(2, state=State.RESOLVED))]))
    assert tree.xpath("string(a:id)", namespaces=ATOM) == FEED.url
    assert datetime.fromisoformat(tree.xpath("string(a:updated)", namespaces=ATOM)) == BEGIN + timedelta(days=1)
    first, second = tree.xpath("a:entry", namespaces=ATOM)
    title = "[错误 · 新发现] 云溪市青禾区第0图书馆 2024 决算：增长率写为1.13%，按34.02/(3019.42-34.02)应为1.14%"
    assert first.xpath("string(a:title)", namespaces=ATOM) == title
    shown = html.fromstring(first.xpath("string(a:content)", namespaces=ATOM)).text_content()
    for part in ("34.02/(3019.42-34.02)", "第18页 「增加34.02万元，增长1.13%」", "原文: 1.13%", "应为: 1.14%", "以本年数为基数"):
        assert part in shown
    assert first.xpath("string(a:link/@href)", namespaces=ATOM) == found().url
    assert "resolved" in second.xpath("a:category/@term", namespaces=ATOM)


def test_an_entry_keeps_its_id_while_it_changes() -> None:
    ids = [
        read(atom(FEED, [(BEGIN + timedelta(days=day), found(1, state=state))])).xpath("string(a:entry/a:id)", namespaces=ATOM)
        for day, state in enumerate((State.OPENED, State.RESOLVED))
    ]
    assert ids == [f"tag:gouji.example,2025:discrepancy/{found(1).discrepancy_id}"] * 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_words_are_words(language: str) -> None:
    evil = "</content><script>alert('x')</script> ]]> & \x00\x1b[31m \ud800 \uffff 𠮷"
    hostile = found(
        message=Text(zh=evil, en=evil),
        cause=Text(zh=evil, en=evil),
        url="javascript:alert(1)",
        evidence=(Evidence(quote=evil),),
        identity=found().identity.model_copy(update={"issuer": None, "kind": None}),
    )
    (entry,) = read(atom(FEED.model_copy(update={"language": language}), [(BEGIN, hostile)])).xpath("a:entry", namespaces=ATOM)
    shown = html.fromstring(entry.xpath("string(a:content)", namespaces=ATOM))
    assert shown.xpath("//script") == []
    assert "<script>alert('x')</script>" in shown.text_content() and "𠮷" in shown.text_content()
    assert entry.xpath("string(a:link/@href)", namespaces=ATOM) == FEED.url, "nothing but an http(s) address is a link"


def test_a_feed_without_entries_is_one_and_the_same_input_gives_the_same_bytes() -> None:
    assert len(read(atom(FEED, [])).xpath("a:entry", namespaces=ATOM)) == 0
    told = [(datetime(2025, 1, 1, tzinfo=UTC), found(n)) for n in range(3)]
    assert atom(FEED, told) == atom(FEED, told)


def test_a_file_is_replaced_whole(tmp_path) -> None:
    file = tmp_path / "new" / "feed.xml"
    replace(file, b"old")
    with file.open("rb") as open_before:
        replace(file, b"new one")
        assert open_before.read() == b"old"
    assert [path.read_bytes() for path in file.parent.iterdir()] == [b"new one"], "and nothing is left behind"
