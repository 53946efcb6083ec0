"""From poll to poll: what is unchanged is not published again, what changed is a new version, and a crash repeats at most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from schemas.base import Contract
from schemas.envelope import seal
from services.fetcher.state import MemoryState, PostgresState, State, Version
from services.fetcher.state.memory import MemoryVersions
from services.runtime.archive import Archive
from tests.fetcher.conftest import PDF, Fetcher, Site

Counted = Callable[..., float]
T = TypeVar("T")


@pytest.fixture
def watched(site: Site) -> Site:
    site.page("/", "<a href='a.html'>甲局部门决算</a><a href='b.pdf'>乙局部门决算</a>")
    site.page("/a.html", "<a href='a.pdf'>甲局部门决算.pdf</a><a href='t.pdf'>项目绩效自评表.pdf</a>")
    site.put("/a.pdf", PDF + b"a")
    site.put("/t.pdf", PDF + b"t")
    site.put("/b.pdf", PDF + b"b")
    return site


async def test_the_second_poll_of_an_unchanged_site_publishes_nothing(watched: Site, fetcher: Fetcher, counted: Counted) -> None:
    assert len(await fetcher.crawl(watched.url + "/")) == 2
    assert await fetcher.crawl(watched.url + "/") == []
    assert counted("documents", change="new") == 2
    assert counted("documents", change="unchanged") == 2


async def test_versions_count_the_changes_at_one_address(watched: Site, fetcher: Fetcher) -> None:
    """A body that comes back is a change too: the version before it was withdrawn."""
    await fetcher.crawl(watched.url + "/")
    for body, version in ((b"2", 2), (b"3", 3), (b"b", 4)):
        watched.put("/b.pdf", PDF + body)
        (document,) = await fetcher.crawl(watched.url + "/")
        assert (document.url, document.version, document.body) == (watched.url + "/b.pdf", version, PDF + body)


async def test_a_changed_annex_is_a_new_version_of_its_document(watched: Site, fetcher: Fetcher) -> None:
    await fetcher.crawl(watched.url + "/")
    watched.put("/t.pdf", PDF + b"corrected")
    (document,) = await fetcher.crawl(watched.url + "/")
    assert (document.url, document.version) == (watched.url + "/a.pdf", 2)


async def test_articles_that_share_a_file_make_no_versions_in_turn(site: Site, fetcher: Fetcher) -> None:
    """An annex belongs to every report that lists it, and is asked for once; a report that two articles list is one document."""
    site.page("/", "".join(f"<a href='{n}.html'>部门决算{n}</a>" for n in range(6)))
    site.put("/words.pdf", PDF + b"words")
    site.put("/shared.pdf", PDF + b"shared")
    for n in range(4):
        site.page(f"/{n}.html", f"<a href='{n}.pdf'>{n}局部门决算.pdf</a><a href='words.pdf'>名词解释.pdf</a>")
        site.put(f"/{n}.pdf", PDF + bytes([n]))
    site.page("/4.html", "<a href='shared.pdf'>戊局部门决算.pdf</a>")
    site.page("/5.html", "<a href='shared.pdf'>戊局部门决算.pdf</a>")
    documents = await fetcher.crawl(site.url + "/")
    assert len(documents) == 5
    assert sum(len(document.annexes) for document in documents) == 4
    assert len(site.paths) == len(set(site.paths))
    assert await fetcher.crawl(site.url + "/") == []


@pytest.mark.parametrize("status", [404, 503])
async def test_an_annex_that_cannot_be_got_is_no_change(watched: Site, fetcher: Fetcher, status: int) -> None:
    await fetcher.crawl(watched.url + "/")
    watched.put("/t.pdf", b"", status=status)
    assert await fetcher.crawl(watched.url + "/") == []
    watched.put("/a.pdf", PDF + b"a2")
    (document,) = await fetcher.crawl(watched.url + "/")
    assert (document.version, document.annexes) == (2, ()), "a document that changed is not held back by its annex"


async def test_an_annex_does_not_become_the_document_when_that_cannot_be_got(watched: Site, fetcher: Fetcher) -> None:
    watched.put("/a.pdf", b"", status=503)
    assert [document.url for document in await fetcher.crawl(watched.url + "/")] == [watched.url + "/b.pdf"]


async def test_a_crawl_that_fails_in_part_forgets_nothing(watched: Site, fetcher: Fetcher) -> None:
    await fetcher.crawl(watched.url + "/")
    watched.put("/", b"", status=503)
    assert await fetcher.crawl(watched.url + "/") == []
    assert not fetcher.complete
    watched.page("/", "<a href='b.pdf'>乙局部门决算</a>")
    assert await fetcher.crawl(watched.url + "/") == []


class Crashing(MemoryVersions):
    """Dies before it remembers."""

    async def remember(self, versions: Sequence[Version]) -> None:
        raise RuntimeError("killed")


async def test_a_crash_between_publishing_and_remembering_repeats_the_same_event(watched: Site, tmp_path: Path) -> None:
    """The same document, version and message id: whoever reads it twice can tell."""
    archive = Archive(str(tmp_path))
    crashing = MemoryState()
    crashing.versions = Crashing()
    crashed, restarted = Fetcher(archive, crashing), Fetcher(archive)
    await crashed.crawl(watched.url + "/")
    await restarted.crawl(watched.url + "/")
    first, again = ({d.url: d for d in one.documents} for one in (crashed, restarted))
    assert first.keys() == again.keys()
    for url, document in first.items():
        assert (document.sha256, document.version) == (again[url].sha256, again[url].version)
        ids = [dict(seal(event, source="fetcher").headers)["ce_id"] for event in (document, again[url])]
        assert ids[0] == ids[1]


class Refusing(Fetcher):
    """Its broker acknowledges nothing."""

    async def publish(self, events: Sequence[Contract]) -> None:
        raise RuntimeError("no acknowledgement")


async def test_nothing_is_remembered_before_the_broker_acknowledged(watched: Site, tmp_path: Path) -> None:
    state = MemoryState()
    await Refusing(Archive(str(tmp_path)), state).crawl(watched.url + "/")
    assert await state.versions.latest([watched.url + "/b.pdf"]) == {}
    assert len(await Fetcher(Archive(str(tmp_path)), state).crawl(watched.url + "/")) == 2


@pytest.mark.postgres
async def test_versions_survive_in_postgresql(watched: Site, tmp_path: Path, database: str) -> None:
    archive = Archive(str(tmp_path))
    state: State = await PostgresState.open(database)
    assert len(await Fetcher(archive, state).crawl(watched.url + "/")) == 2
    await state.close()  # type: ignore[attr-defined]
    again = await PostgresState.open(database)
    try:
        restarted = Fetcher(archive, again)
        assert await restarted.crawl(watched.url + "/") == []
        watched.put("/b.pdf", PDF + b"2")
        assert [document.version for document in await restarted.crawl(watched.url + "/")] == [2]
    finally:
        await again.close()
