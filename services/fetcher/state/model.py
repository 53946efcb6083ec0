"""What the fetchers remember together, and what they ask of whatever remembers it.

Every method may raise ``Unavailable`` and may be repeated at will. Several processes may share one state; then a lease says
who works on what, and a lease that nobody renewed (its process was killed) is anybody's. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.fetcher.found import Kept, Outcome, Result, Trail


@dataclass(frozen=True)
class Version:
    """One version of the document at ``url``.

    ``fingerprint`` stands for its content and its annexes' content, ``content`` for its own, ``sha256`` for its bytes, which are
    in the archive; ``status`` and ``headers`` are what its server sent with them, at ``seen``. ``removed`` says that it is not
    there any more, and that this was published.
    """

    url: str
    number: int
    fingerprint: str
    sha256: str
    source: str
    seen: datetime
    content: str
    media_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    removed: bool = False


class Versions(Protocol):
    """Every version of every document that the broker has acknowledged, and which source sees which document."""

    async def latest(self, urls: Collection[str]) -> dict[str, Version]:
        """The last version at each of these addresses that has one."""
        ...

    async def remember(self, versions: Sequence[Version]) -> None:
        """Keep versions that were published. Keeping one again changes nothing."""
        ...

    async def see(self, source: str, urls: Collection[str]) -> None:
        """The source sees these documents now."""
        ...

    async def present(self, source: str) -> dict[str, Version]:
        """The documents that the source saw and that were not removed, by address: their last version, with ``seen`` the time
        at which the source saw it last."""
        ...

    async def elsewhere(self, source: str, urls: Collection[str]) -> set[str]:
        """Those of these addresses that another source sees as well."""
        ...

    async def remove(self, source: str, versions: Sequence[Version], published: Collection[str]) -> None:
        """The source sees these no more; that those at the addresses ``published`` are gone was published."""
        ...


@dataclass(frozen=True)
class Memory:
    """What is known of an address from the last time it was read in full, at ``read``.

    ``etag`` and ``modified`` make the next request conditional, ``final`` is where redirects ended. ``kept`` is the file or page
    as it is archived, ``body`` a page's bytes, where the server can say that they are the same.
    """

    read: datetime
    is_page: bool
    final: str
    etag: str | None = None
    modified: str | None = None
    kept: Kept | None = None
    body: bytes | None = None


@dataclass(frozen=True)
class Terms:
    """How a poll goes about it: between two requests to one host, requests to one host at once, addresses, seconds in all."""

    pause: float
    concurrency: int
    pages: int
    duration: float


@dataclass(frozen=True)
class Task:
    """One address of a poll, leased to one process. ``attempt`` counts from 0; ``failures`` are its host's, in a row."""

    source: str
    poll: int
    trail: Trail
    attempt: int = 0
    failures: int = 0
    memory: Memory | None = None


@dataclass(frozen=True)
class Done:
    """What finishing a task did: nothing (``lost``: the lease had gone to another process); ``dropped`` addresses are beyond what
    the poll may ask for; ``left`` says whether any address of the poll is still open."""

    lost: bool = False
    dropped: int = 0
    left: bool = True


GIVEN_UP = frozenset({"circuit", "deadline"})
"""Why an address of a poll was not asked for to the end: its host is down, or the poll's time was over."""


@dataclass(frozen=True)
class Poll:
    """A poll of which everything was asked, leased to be closed.

    ``results`` has every address in the order of the lists; what there was no time for, or what is behind a host that is down,
    is missed. ``pages`` are the addresses that were read as pages in earlier polls. ``doubts``, ``failures`` and ``changed``
    are those of the polls before (see ``Ending``).
    """

    source: str
    number: int
    begun: datetime
    dropped: int
    probed: bool
    doubts: int
    failures: int
    changed: datetime | None
    results: tuple[Result, ...]
    pages: frozenset[str]


@dataclass(frozen=True)
class Ending:
    """What a closed poll leaves: whether it was complete, whether anything had changed, when the next one is due (seconds after
    this one began), how often in a row the list was doubted, the polls that failed in a row."""

    complete: bool
    changed: bool
    next_in: float
    doubts: int
    failures: int


class Frontier(Protocol):
    """When a source is polled, and the addresses of the polls that go on."""

    async def enrol(self, sources: Collection[str]) -> dict[str, datetime | None]:
        """Know these sources; a new one is due at once. When each was last polled with success."""
        ...

    async def due(self, sources: Collection[str]) -> dict[str, float]:
        """The sources that are due and not being polled, with the seconds since; longest first."""
        ...

    async def begin(self, source: str, starts: Sequence[Trail], terms: Terms, *, due: bool) -> bool:
        """Begin a poll, unless one goes on, or (``due``) it is not due."""
        ...

    async def going_on(self, sources: Collection[str]) -> set[str]:
        """The sources of which a poll goes on."""
        ...

    async def claim(self, owner: str, sources: Collection[str], room: int, lease: float) -> tuple[list[Task], float]:
        """Addresses that may be asked for now, ``room`` at most, each with its host's turn; and the seconds after which to ask
        again where there are none."""
        ...

    async def renew(self, owner: str, tasks: Collection[tuple[str, str]], polls: Collection[str], lease: float) -> None:
        """The tasks (source, address) and the polls that are being closed are still in hand."""
        ...

    async def finish(self, owner: str, task: Task, outcome: Outcome, onward: Sequence[Trail], memory: Memory | None) -> Done:
        """Keep what became of an address, and where it leads; what is known of the address from now on, unless null."""
        ...

    async def postpone(self, owner: str, task: Task, wait: float, *, failed: bool) -> None:
        """Give a task back: not before ``wait`` seconds, and counted as an attempt if it ``failed``."""
        ...

    async def settled(self, sources: Collection[str]) -> list[str]:
        """The sources whose poll can be closed: nothing is left to ask for, or the time is over, or the rest is behind hosts that
        are down."""
        ...

    async def close(self, owner: str, source: str, lease: float) -> Poll | None:
        """Lease a poll that is settled, for closing it; null if it is not settled or another process closes it."""
        ...

    async def probe(self, poll: Poll, probes: Sequence[Trail]) -> None:
        """Ask for these as well before the poll is closed."""
        ...

    async def end(self, poll: Poll, ending: Ending) -> None:
        """Forget the poll's addresses; the next poll is due when ``ending`` says."""
        ...


@dataclass(frozen=True)
class Rules:
    """A robots.txt as it was got: its bytes (empty where there is none), when."""

    body: bytes
    fetched: datetime


class Hosts(Protocol):
    """How the hosts are, over all sources and processes."""

    async def turn(self, host: str, pause: float) -> float:
        """Take the host's next turn: the seconds until it comes."""
        ...

    async def answered(self, host: str) -> None:
        """The host works."""
        ...

    async def failed(self, host: str) -> int:
        """The host did not work; its failures in a row."""
        ...

    async def hold(self, host: str, seconds: float) -> None:
        """Ask nothing of the host for so long."""
        ...

    async def slow_down(self, host: str, pause: float) -> None:
        """The host itself asks for so long a pause (Crawl-delay)."""
        ...

    async def rules(self, origin: str) -> Rules | None:
        """The robots.txt of an origin (``https://host:port``), if it was got before."""
        ...

    async def keep_rules(self, origin: str, rules: Rules) -> None:
        """Keep the robots.txt of an origin."""
        ...


class State(Protocol):
    """All of it."""

    @property
    def versions(self) -> Versions: ...
    @property
    def frontier(self) -> Frontier: ...
    @property
    def hosts(self) -> Hosts: ...
