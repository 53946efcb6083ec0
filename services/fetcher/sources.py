"""``sources.yaml``: which sites are watched, and how. Every mistake is reported with its line."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, ValidationError

from services.fetcher.page import TOPIC, Link

T = TypeVar("T")
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class SourcesError(Exception):
    """A sources file that cannot be used; the message names file and line of every mistake."""


def _duration(value: Any) -> Any:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:  # an impossible port raises
        raise ValueError("not an http(s) URL")
    if parts.username or parts.password:
        raise ValueError("a URL carries no user name or password here")
    return value


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise ValueError("at least one is needed")
    return values


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Pattern = Annotated[str, AfterValidator(_pattern)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Section):
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


class Source(_Section):
    """One site's column.

    ``allow`` and ``deny`` are regular expressions searched in a link's text and URL; ``deny`` wins. Without ``allow``,
    links that speak of 预算 or 决算 and links to files are followed. ``hosts`` adds to the hosts that pages are read
    from, beside those of the start pages' domain. ``local`` permits private and loopback addresses.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)
    publisher: str | None = None
    region: str | None = Field(None, description="six-digit division code (GB/T 2260) or a name")
    start: Annotated[tuple[WebAddress, ...], AfterValidator(_some)]
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


class _File(_Section):
    sources: Annotated[tuple[Source, ...], AfterValidator(_some)]


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources of a file. Raises SourcesError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: {error}") from error
    return parse_sources(text, str(path))


def parse_sources(text: str, name: str = "sources.yaml") -> tuple[Source, ...]:
    """The sources in the text of a sources file called ``name``. Raises SourcesError."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SourcesError(f"{name}:{line}: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SourcesError(f"{name}:1: {error}") from error
    mistakes = [f"{name}:{line}: {key!r} is given twice" for line, key in _repeated_keys(tree)]
    sources: tuple[Source, ...] = ()
    try:
        sources = _File.model_validate(data if data is not None else {}).sources
    except ValidationError as error:
        mistakes += [f"{name}:{_line(tree, part['loc'])}: {_where(part['loc'])}: {part['msg']}" for part in error.errors()]
    seen: set[str] = set()
    for place, source in enumerate(sources):
        if source.id in seen:
            mistakes.append(f"{name}:{_line(tree, ('sources', place, 'id'))}: another source is called {source.id!r}")
        seen.add(source.id)
    if mistakes:
        raise SourcesError("\n".join(mistakes))
    return sources


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the file"


def _line(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The 1-based line of the value at ``location``, or of the nearest thing around it that is there."""
    line = node.start_mark.line + 1 if node else 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _repeated_keys(node: yaml.Node | None) -> list[tuple[int, str]]:
    """Keys that a mapping has twice: YAML would silently keep the last."""
    found: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append((key.start_mark.line + 1, key.value))
            seen.add(str(key.value))
            found += _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            found += _repeated_keys(child)
    return found
