"""From what stood at the addresses of a poll to its documents: articles with their files, and files on their own.

The same site makes the same documents, in whatever order and by however many fetchers it was read: nothing here depends on
what was asked for first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.fetcher.article import arrange
from services.fetcher.found import Article, File, Found, Kept, Result, Role

_NO_WORDS = re.compile(r"[\W\d_]+")
_SAYS_NOTHING = re.compile(r"(?:附件)?(?:请|点击|点此)*(?:下载|查看|打开|浏览|预览)?(?:附件|此处|这里|文件)?|PDF|Word", re.I)


def assemble(results: Sequence[Result]) -> list[Found]:
    """The documents of a poll, one an address, in the order of ``results``.

    A file belongs to the article that lists it; a file that no article lists is a document of its own. Where several articles
    list the same document, the one that gives it the most annexes has it, and among equals the first by its address. What was
    only asked for to see whether it is still there (``Role.PROBE``) is not found by that.
    """
    results = [result for result in results if result.trail.role is not Role.PROBE]
    files = {result.trail.url: result.outcome.kept for result in results if isinstance(result.outcome, File)}
    pages = {result.trail.url for result in results if isinstance(result.outcome, Article)}
    documents: dict[str, Found] = {}
    listed: set[str] = set()
    articles = [result for result in results if isinstance(result.outcome, Article) and not result.outcome.listing]
    for result in sorted(articles, key=lambda result: result.trail.url):
        assert isinstance(result.outcome, Article)
        listed.update(url for url, _ in result.outcome.files)
        for found in _of_article(result, result.outcome, files, pages):
            known = documents.get(found.file.url)
            if known is None or len(known.annexes) < len(found.annexes):
                documents[found.file.url] = found
    for result in results:
        if isinstance(result.outcome, File) and result.trail.url not in listed:
            trail, kept = result.trail, result.outcome.kept
            named = replace(kept, name=_name(trail.text, kept))
            text, published = trail.text or None, trail.published or trail.date
            documents.setdefault(trail.url, Found(named, (), False, trail.referrer, text, trail.title, published))
    places = {result.trail.url: place for place, result in enumerate(results)}
    return sorted(documents.values(), key=lambda found: places[found.file.url])


def _of_article(result: Result, article: Article, files: dict[str, Kept], pages: set[str]) -> Iterator[Found]:
    """The documents of one article. A file that could not be got keeps its place among the names; a page is none."""
    names: list[str] = []
    got: list[Kept | None] = []
    for url, text in article.files:
        if url not in pages:
            kept = files.get(url)
            name = _name(text, kept) if kept else text
            names.append(name or "")
            got.append(replace(kept, name=name) if kept else None)
    trail = result.trail
    for document in arrange(article.numbers, names):
        annexes = tuple(annex for place in document.annexes if (annex := got[place]))
        partial = len(annexes) < len(document.annexes)
        if document.main is None:
            if article.kept:
                linked = trail.text or None
                yield Found(article.kept, annexes, partial, trail.referrer, linked, article.title, article.published)
        elif main := got[document.main]:
            yield Found(main, annexes, partial, trail.url, main.name, article.title, article.published)


def _name(text: str, kept: Kept) -> str | None:
    """What a file is called: by the text of its link, unless that says 下载 or the like, else by its server or address."""
    return kept.name if _SAYS_NOTHING.fullmatch(_NO_WORDS.sub("", text)) else text
