"""The same cores in one process: crawl once, read, check and print, with neither Kafka nor a database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from schemas.base import Contract
from schemas.raw import RawDocument
from services.cli.outcome import Outcome, Problem
from services.runtime.archive import Archive

T = TypeVar("T")


class Collected:
    """Stands where the broker would: keeps what the fetcher publishes."""

    def __init__(self) -> None:
        self.documents: list[RawDocument] = []

    async def publish(self, events: Sequence[Contract]) -> None:
        """Keep the events."""
        self.documents += [event for event in events if isinstance(event, RawDocument)]

    async def persist(self, what: str, operation: Callable[[], Awaitable[T]]) -> T:
        """Nothing here comes back by waiting: try once."""
        return await operation()


async def run_directly(sources: Path, directory: Path, out: Console, language: str) -> int:
    """Crawl every source once and print what does not agree. Returns the exit code."""
    from services.cli.formats.text import write_text
    from services.fetcher.crawl import Crawls
    from services.fetcher.desk import Desk
    from services.fetcher.service import FetcherSettings
    from services.fetcher.sources import load_sources
    from services.fetcher.state import MemoryState

    archive = Archive(str(directory / "archive"))
    collected = Collected()
    crawls = Crawls(Desk(archive, MemoryState(), collected), FetcherSettings().user_agent)
    for source in load_sources(sources):
        await crawls.crawl(source)
    outcomes = [await asyncio.to_thread(_examine, document, archive) for document in collected.documents]
    write_text(outcomes, language, sys.stdout, rounding=False)
    return 0


def _examine(document: RawDocument, archive: Archive) -> Outcome:
    from services.parser.layout import Unreadable
    from services.parser.report import build_report
    from services.validator.check import check

    body = document.body if document.body is not None else archive.get(document.sha256)
    try:
        report = build_report(body, name=document.url, url=document.url, source=document.source, title=document.title)
    except Unreadable as error:
        return Outcome(document.url, problem=Problem(*error.reason))
    result = check(report)
    return Outcome(document.url, report=report, validation=result.validation, discrepancies=tuple(result.discrepancies))
