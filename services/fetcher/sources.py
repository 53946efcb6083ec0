"""Which sites are watched, and how: a folder with one YAML a source, or one file with several.

Every mistake in all of them is reported at once, each with file and line; so is a plug-in that does not load.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urljoin

from pydantic import AfterValidator, ByteSize, Field, PrivateAttr

from services.fetcher.page import Link
from services.fetcher.plugin import Plugin, load_plugin
from services.fetcher.schedule import Schedule
from services.fetcher.topic import TOPIC
from services.runtime.configuration import ConfigurationError, Duration, Location, Section, WebAddress, Written, some

PAGE = "{page}"


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


def _template(value: str) -> str:
    if PAGE not in value:
        raise ValueError(f"{PAGE} is where the number stands: index_{PAGE}.html")
    return value


def _encoding(value: str) -> str:
    try:
        b" ".decode(value, "replace")
        return codecs.lookup(value).name
    except LookupError as error:
        raise ValueError(f"no encoding of text is called {value!r}") from error


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


class Paging(Section):
    """Where the further pages of a start page are, where the page itself does not say so in any way that we read."""

    template: Annotated[str, AfterValidator(_template)] = Field(description="their address, relative to the start page's")
    first: int = Field(1, ge=0, description="the number in the address of the second page")
    most: int = Field(100, gt=0, le=10_000, description="further pages; turning ends before where one brings nothing new")

    def pages(self, start: str) -> Iterator[str]:
        """The addresses of the further pages of a start page, in order."""
        return (urljoin(start, self.template.replace(PAGE, str(self.first + count))) for count in range(self.most))


class Source(Section):
    """One site's column.

    ``allow`` and ``deny`` are regular expressions searched in a link's text and URL; ``deny`` wins. Without ``allow``,
    links that speak of 预算 or 决算 and links to files are followed. ``hosts`` adds to the hosts that pages are read
    from, beside those of the start pages' domain. ``encoding`` and ``language`` override what is found out and asked for.
    ``registers`` are files of the disclosures that are expected, beside this one (docs/register.md).
    ``local`` permits private and loopback addresses.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)
    publisher: str | None = None
    region: str | None = Field(None, description="six-digit division code (GB/T 2260) or a name")
    start: Annotated[tuple[WebAddress, ...], AfterValidator(some)]
    allow: tuple[Pattern, ...] = ()
    deny: tuple[Pattern, ...] = ()
    hosts: tuple[str, ...] = ()
    paging: Paging | None = None
    schedule: Schedule = Schedule()
    limits: Limits = Limits()
    expected: int = Field(0, ge=0, description="a crawl that sees fewer documents is suspect: counted and logged")
    encoding: Annotated[str, AfterValidator(_encoding)] | None = Field(None, description="of every page of the site")
    language: str = Field("zh-CN,zh;q=0.9,en;q=0.5", pattern=r"^[A-Za-z0-9,;=.* -]+$", description="Accept-Language")
    local: bool = False
    registers: tuple[str, ...] = ()

    _plugin: Plugin | None = PrivateAttr(None)

    @property
    def plugin(self) -> Plugin | None:
        """The code beside the source's file that says what its pages lead to."""
        return self._plugin

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


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a folder (every YAML in and below it but registers), or of one file. Raises ConfigurationError."""
    files = _files(path)
    mistakes: list[str] = []
    sources: dict[str, Source] = {}
    for file in files:
        try:
            written = Written.read(file)
            if _is_register(written):
                continue
            found = _sources(written, file.parent)
        except ConfigurationError as wrong:
            mistakes += wrong.lines
            continue
        for location, source in found:
            if source.id in sources:
                mistakes.append(written.mistake((*location, "id"), f"another source is called {source.id!r}"))
            sources[source.id] = source
    if not mistakes:
        mistakes += [] if sources else [f"{path}:1: no source is in it"]
        mistakes += _orphans(path, sources)
    if mistakes:
        raise ConfigurationError(*mistakes)
    return tuple(sources.values())


def _files(path: Path) -> list[Path]:
    """The YAML files, in order of name."""
    if not path.is_dir():
        return [path]
    return [file for file in _below(path) if file.suffix in (".yaml", ".yml")]


def _below(folder: Path) -> list[Path]:
    """The files in and below a folder; hidden ones are passed over (Kubernetes keeps the real ones of a volume in such)."""
    found = sorted(folder.rglob("*"))
    return [file for file in found if file.is_file() and not any(part[0] == "." for part in file.relative_to(folder).parts)]


def _is_register(written: Written) -> bool:
    return isinstance(written.data, dict) and "issuers" in written.data


def _sources(written: Written, folder: Path) -> list[tuple[Location, Source]]:
    """The sources of one file with where they stand in it, plug-ins loaded, registers there. Raises ConfigurationError."""
    found: list[tuple[Location, Source]]
    if isinstance(written.data, dict) and written.data and "sources" not in written.data:
        found = [((), written.content(Source))]
    else:
        found = [(("sources", place), source) for place, source in enumerate(written.content(_File).sources)]
    mistakes: list[str] = []
    for location, source in found:
        for place, register in enumerate(source.registers):
            if not (folder / register).is_file():
                mistakes.append(written.mistake((*location, "registers", place), f"there is no file {register!r} beside it"))
        try:
            source._plugin = load_plugin(folder, source.id)
        except ConfigurationError as wrong:
            mistakes += wrong.lines
    if mistakes:
        raise ConfigurationError(*mistakes)
    return found


def _orphans(path: Path, sources: dict[str, Source]) -> list[str]:
    """Plug-ins of no source: a name mistyped would silently switch one off."""
    if not path.is_dir():
        return []
    used = {source.plugin.file for source in sources.values() if source.plugin}
    return [
        f"{file}:1: a plug-in is called as the source that it belongs to, and no source beside it has the id {file.stem!r}"
        for file in _below(path)
        if file.suffix == ".py" and file not in used
    ]
