"""``sources.yaml``: which sites are watched, and how. Every mistake is reported with its line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ByteSize, Field

from services.fetcher.page import TOPIC, Link
from services.runtime.configuration import Duration, Mistakes, Section, WebAddress, load, parse, repeated, some


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]


class Limits(Section):
    """What one crawl of a source may cost, and how gently it goes about it."""

    depth: int = Field(3, ge=0, description="links followed from a start page")
    pages: int = Field(2000, gt=0, description="pages and files asked for in one crawl")
    size: ByteSize = Field(ByteSize(64 * 1024**2), gt=0, description="largest body, as sent and unpacked")
    timeout: Duration = Field(timedelta(seconds=120), gt=timedelta(0), description="longest time for one request")
    duration: Duration = Field(timedelta(hours=2), gt=timedelta(0), description="longest time for one crawl")
    redirects: int = Field(5, ge=0, description="redirects followed from one link")
    pause: Duration = Field(timedelta(seconds=1), ge=timedelta(0), description="between two requests to one host")
    concurrency: int = Field(2, gt=0, le=16, description="requests to one host at the same time")
    retries: int = Field(2, ge=0, description="repeats of a request that failed for a passing reason")


class Source(Section):
    """One site's column.

    ``allow`` and ``deny`` are regular expressions searched in a link's text and URL; ``deny`` wins. Without ``allow``,
    links that speak of 预算 or 决算 and links to files are followed. ``hosts`` adds to the hosts that pages are read
    from, beside those of the start pages' domain. ``local`` permits private and loopback addresses.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)
    publisher: str | None = None
    region: str | None = Field(None, description="six-digit division code (GB/T 2260) or a name")
    start: Annotated[tuple[WebAddress, ...], AfterValidator(some)]
    allow: tuple[Pattern, ...] = ()
    deny: tuple[Pattern, ...] = ()
    hosts: tuple[str, ...] = ()
    interval: Duration = Field(timedelta(hours=6), gt=timedelta(0))
    local: bool = False
    limits: Limits = Limits()

    def wants(self, link: Link) -> bool:
        """Whether a link found on a listing page is followed."""
        if self.denies(link):
            return False
        if self.allow:
            return _any(self.allow, link)
        return link.is_file or bool(TOPIC.search(link.text))

    def denies(self, link: Link) -> bool:
        """Whether a link is never followed."""
        return _any(self.deny, link)


def _any(patterns: tuple[str, ...], link: Link) -> bool:
    return any(re.search(pattern, text) for pattern in patterns for text in (link.text, link.url))


class _File(Section):
    sources: Annotated[tuple[Source, ...], AfterValidator(some)]

    def mistakes(self) -> Mistakes:
        return repeated("sources", "source", (source.id for source in self.sources))


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a file. Raises ConfigurationError."""
    return load(path, _File, _File.mistakes).sources


def parse_sources(text: str, name: str = "sources.yaml") -> tuple[Source, ...]:
    """The sources in the text of a sources file called ``name``. Raises ConfigurationError."""
    return parse(text, name, _File, _File.mistakes).sources
