"""The list of b-jiekou is JSON: {"total": 41, "rows": [{"title": …, "url": …, "date": …}]}, ten rows a page."""

import json
from collections.abc import Iterable

from services.fetcher.plugin import Link, Seen


def links(page: Seen) -> Iterable[Link] | None:
    """The articles of a page of the list; any other page is read as usual."""
    if "/api/articles" not in page.url:
        return None
    return [Link(row["url"], row["title"], row.get("date")) for row in json.loads(page.text)["rows"]]


def further(page: Seen) -> Iterable[str]:
    """Every further page of the list."""
    if "/api/articles" in page.url:
        pages = -(-json.loads(page.text)["total"] // 10)
        yield from (f"?channel=yjsgk&page={number}" for number in range(2, pages + 1))
