"""The sample site: a listing page, its articles and attachments, served on 127.0.0.1.

On its second day the final accounts are re-published, corrected, at the same URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from deploy.local.samples.budget import budget
from deploy.local.samples.document import Defect, Document
from deploy.local.samples.figures import bodies
from deploy.local.samples.final_accounts import final_accounts
from deploy.local.samples.render_html import to_html
from deploy.local.samples.render_pdf import to_pdf
from schemas.shipped import read_yaml

FINAL_PDF = "/zwgk/yjsgk/2025/water-final-2024.pdf"
FINAL_ARTICLE = "/zwgk/yjsgk/2025/t20250820_1001.html"
BUDGET_ARTICLE = "/zwgk/yjsgk/2025/t20250210_0907.html"
NEWS_ARTICLE = "/zwgk/yjsgk/2025/t20250301_0921.html"
LISTING = "/zwgk/yjsgk/"
SAMPLE_REGISTER = Path(__file__).with_name("register.yaml")
"""What is expected of the sample's bodies: one published in time, one late, one missing."""


@dataclass(frozen=True)
class Planted:
    """A defect of the sample site: in which document, whether the corrected re-publication mends it, and what it is."""

    document: str  # path on the site
    fixed: bool
    defect: Defect


@cache
def planted() -> tuple[Planted, ...]:
    """Everything that is wrong on the sample site."""
    raw: dict[str, list[dict[str, Any]]] = read_yaml(Path(__file__).with_name("defects.yaml"))
    paths = {"water-final": FINAL_PDF, "library-budget": BUDGET_ARTICLE}
    return tuple(
        Planted(paths[key], bool(entry.pop("fixed", False)), Defect(**entry))
        for key, entries in raw.items()
        for entry in map(dict, entries)
    )


def _final(day: int) -> Document:
    wrong = [p.defect for p in planted() if p.document == FINAL_PDF and (day == 1 or not p.fixed)]
    return final_accounts(bodies()["water"], 2024, "2025-08-20").plant(wrong)


def _budget() -> Document:
    wrong = [p.defect for p in planted() if p.document == BUDGET_ARTICLE]
    return budget(bodies()["library"], 2025, "2025-02-10").plant(wrong)


def _page(title: str, body: str) -> bytes:
    return (
        f"<html><head><title>{title}</title></head><body><div class='nav'><a href='/'>首页</a></div>"
        f"<div class='content'><h1>{title}</h1>{body}</div></body></html>"
    ).encode("gb18030")


def pages(day: int) -> dict[str, tuple[str, bytes]]:
    """Every path of the site on that day: content type as the server declares it (no charset anywhere) and bytes."""
    final, plan = _final(day), _budget()
    items = [
        (FINAL_ARTICLE, final.title, final.published), (BUDGET_ARTICLE, plan.title, plan.published),
        (NEWS_ARTICLE, "青禾区召开财政工作会议", "2025-03-01"),
    ]  # fmt: skip
    listing = "".join(f"<li><a href='{path}'>{title}</a><span>{date}</span></li>" for path, title, date in items)
    note = "（更正）" if day > 1 else ""
    article = f"<p>发布时间：{final.published}</p><p>现将{final.title}予以公开，详见附件。</p><p>附件：<a href='{FINAL_PDF}'>{final.title}{note}.pdf</a></p>"
    news = "<p>发布时间：2025-03-01</p><p>会议总结了上年财政工作，部署了本年任务。</p>"
    return {
        "/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /admin/\n"),
        LISTING: ("text/html", _page("财政预决算", f"<ul>{listing}</ul>")),
        FINAL_ARTICLE: ("text/html", _page(final.title, article)),
        FINAL_PDF: ("application/octet-stream", to_pdf(final)),
        BUDGET_ARTICLE: ("text/html", to_html(plan, "青禾区图书馆")),
        NEWS_ARTICLE: ("text/html", _page("青禾区召开财政工作会议", news)),
    }


class SampleSite:
    """The running site. ``url`` is its address; ``next_day`` publishes the corrected final accounts."""

    def __init__(self) -> None:
        self._pages = pages(1)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, port: int = 0) -> str:
        """Serve on 127.0.0.1 (a free port unless one is given) and return the listing's address."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self.url + LISTING

    def next_day(self) -> None:
        """Publish the corrected version at the same address."""
        self._pages = pages(2)

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        found = self._pages.get(request.path)
        if found is None:
            return web.Response(status=404, text="not found")
        kind, body = found
        return web.Response(body=body, headers={"Content-Type": kind})
