"""The state of one process, forgotten at its end: for trying a source out, and where there is no database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from time import monotonic

from services.fetcher.address import host_of
from services.fetcher.backoff import DOWN_AFTER
from services.fetcher.found import Missed, Outcome, Result, Trail
from services.fetcher.state.model import Done, Ending, Memory, Poll, Rules, Task, Terms, Version

_SOON = 0.2


class MemoryVersions:
    """See ``Versions``."""

    def __init__(self) -> None:
        self._latest: dict[str, Version] = {}
        self._seen: dict[str, dict[str, datetime]] = {}

    async def latest(self, urls: Collection[str]) -> dict[str, Version]:
        return {url: self._latest[url] for url in urls if url in self._latest}

    async def remember(self, versions: Sequence[Version]) -> None:
        for version in versions:
            known = self._latest.get(version.url)
            if known is None or known.number < version.number:
                self._latest[version.url] = version

    async def see(self, source: str, urls: Collection[str]) -> None:
        self._seen.setdefault(source, {}).update(dict.fromkeys(urls, datetime.now(UTC)))

    async def present(self, source: str) -> dict[str, Version]:
        seen = self._seen.get(source, {})
        here = await self.latest(seen)
        return {url: replace(version, seen=seen[url]) for url, version in here.items() if not version.removed}

    async def elsewhere(self, source: str, urls: Collection[str]) -> set[str]:
        return {url for other, seen in self._seen.items() if other != source for url in urls if url in seen}

    async def remove(self, source: str, versions: Sequence[Version], published: Collection[str]) -> None:
        for version in versions:
            self._seen.get(source, {}).pop(version.url, None)
            if version.url in published:
                self._latest[version.url] = replace(self._latest[version.url], removed=True)


@dataclass
class _Host:
    opens: float = 0.0
    pause: float = 0.0
    failures: int = 0
    leased: int = 0


class MemoryHosts:
    """See ``Hosts``."""

    def __init__(self) -> None:
        self.known: dict[str, _Host] = {}
        self._rules: dict[str, Rules] = {}

    def of(self, host: str) -> _Host:
        return self.known.setdefault(host, _Host())

    async def turn(self, host: str, pause: float) -> float:
        known, now = self.of(host), monotonic()
        begins = max(now, known.opens)
        known.opens = begins + max(pause, known.pause)
        return begins - now

    async def answered(self, host: str) -> None:
        self.of(host).failures = 0

    async def failed(self, host: str) -> int:
        self.of(host).failures += 1
        return self.of(host).failures

    async def hold(self, host: str, seconds: float) -> None:
        self.of(host).opens = max(self.of(host).opens, monotonic() + seconds)

    async def slow_down(self, host: str, pause: float) -> None:
        self.of(host).pause = pause

    async def rules(self, origin: str) -> Rules | None:
        return self._rules.get(origin)

    async def keep_rules(self, origin: str, rules: Rules) -> None:
        self._rules[origin] = rules


@dataclass
class _Address:
    trail: Trail
    host: _Host
    attempt: int = 0
    not_before: float = 0.0
    leased: bool = False
    outcome: Outcome | None = None


@dataclass
class _Poll:
    number: int
    terms: Terms
    begun: datetime
    deadline: float
    addresses: dict[str, _Address] = field(default_factory=dict)
    open: dict[str, _Address] = field(default_factory=dict)
    dropped: int = 0
    probed: bool = False
    closing: bool = False


@dataclass
class _Entry:
    due: float
    success: datetime | None = None
    changed: datetime | None = None
    doubts: int = 0
    failures: int = 0


class MemoryFrontier:
    """See ``Frontier``. There is one process, so a lease is for ever."""

    def __init__(self, hosts: MemoryHosts) -> None:
        self._hosts = hosts
        self._timetable: dict[str, _Entry] = {}
        self._polls: dict[str, _Poll] = {}
        self._known: dict[str, dict[str, Memory]] = {}
        self._numbers = count(1)

    async def enrol(self, sources: Collection[str]) -> dict[str, datetime | None]:
        return {source: self._timetable.setdefault(source, _Entry(monotonic())).success for source in sources}

    async def due(self, sources: Collection[str]) -> dict[str, float]:
        now = monotonic()
        late = {source: now - entry.due for source, entry in self._timetable.items() if source in sources and entry.due <= now}
        return dict(sorted(((s, seconds) for s, seconds in late.items() if s not in self._polls), key=lambda one: -one[1]))

    async def begin(self, source: str, starts: Sequence[Trail], terms: Terms, *, due: bool) -> bool:
        if source in self._polls or (due and self._timetable[source].due > monotonic()):
            return False
        poll = _Poll(next(self._numbers), terms, datetime.now(UTC), monotonic() + terms.duration)
        self._add(poll, starts)
        self._polls[source] = poll
        return True

    async def going_on(self, sources: Collection[str]) -> set[str]:
        return {source for source in sources if source in self._polls}

    async def claim(self, owner: str, sources: Collection[str], room: int, lease: float) -> tuple[list[Task], float]:
        now, tasks, soonest = monotonic(), list[Task](), monotonic() + 1
        for source in sources:
            poll = self._polls.get(source)
            if poll is None or poll.deadline <= now:
                continue
            for address in sorted(poll.open.values(), key=lambda one: one.trail.turn):
                if len(tasks) == room:
                    return tasks, 0.0
                host = address.host
                begins = max(host.opens, address.not_before)
                if address.leased or host.leased >= poll.terms.concurrency or begins > now:
                    soonest = min(soonest, max(begins, now + _SOON))
                    continue
                host.leased += 1
                host.opens = now + max(poll.terms.pause, host.pause)
                address.leased = True
                memory = self._known.get(source, {}).get(address.trail.url)
                tasks.append(Task(source, poll.number, address.trail, address.attempt, host.failures, memory))
        return tasks, soonest - now

    async def renew(self, owner: str, tasks: Collection[tuple[str, str]], polls: Collection[str], lease: float) -> None:
        return

    async def finish(self, owner: str, task: Task, outcome: Outcome, onward: Sequence[Trail], memory: Memory | None) -> Done:
        poll = self._polls.get(task.source)
        if poll is None or poll.number != task.poll or task.trail.url not in poll.open:
            return Done(lost=True)
        address = poll.open.pop(task.trail.url)
        address.outcome = outcome
        address.host.leased -= 1
        if memory:
            self._known.setdefault(task.source, {})[task.trail.url] = memory
        fresh = [trail for trail in onward if trail.url not in poll.addresses]
        room = max(poll.terms.pages - len(poll.addresses), 0)
        self._add(poll, fresh[:room])
        poll.dropped += len(fresh[room:])
        return Done(dropped=len(fresh[room:]), left=bool(poll.open))

    async def postpone(self, owner: str, task: Task, wait: float, *, failed: bool) -> None:
        poll = self._polls.get(task.source)
        if poll and poll.number == task.poll and task.trail.url in poll.open:
            address = poll.open[task.trail.url]
            address.host.leased -= address.leased
            address.leased, address.not_before = False, monotonic() + wait
            address.attempt += failed

    async def settled(self, sources: Collection[str]) -> list[str]:
        return [source for source in sources if (poll := self._polls.get(source)) and self._is_settled(poll)]

    async def close(self, owner: str, source: str, lease: float) -> Poll | None:
        poll = self._polls.get(source)
        if poll is None or not self._is_settled(poll):
            return None
        poll.closing = True
        why = "deadline" if poll.deadline <= monotonic() else "circuit"
        ordered = sorted(poll.addresses.values(), key=lambda one: one.trail.turn)
        results = tuple(Result(one.trail, one.outcome or Missed(refused=False, reason=why)) for one in ordered)
        pages = frozenset(url for url, memory in self._known.get(source, {}).items() if memory.is_page)
        entry = self._timetable.setdefault(source, _Entry(0.0))
        return Poll(
            source,
            poll.number,
            poll.begun,
            poll.dropped,
            poll.probed,
            entry.doubts,
            entry.failures,
            entry.changed,
            results,
            pages,
        )

    async def probe(self, poll: Poll, probes: Sequence[Trail]) -> None:
        going_on = self._polls[poll.source]
        self._add(going_on, probes)
        going_on.probed, going_on.closing = True, False

    async def end(self, poll: Poll, ending: Ending) -> None:
        if (going_on := self._polls.get(poll.source)) and going_on.number == poll.number:
            del self._polls[poll.source]
            for address in going_on.open.values():
                address.host.leased -= address.leased
        before, now = self._timetable[poll.source], datetime.now(UTC)
        due = monotonic() + ending.next_in - (now - poll.begun).total_seconds()
        success, changed = now if ending.complete else before.success, now if ending.changed else before.changed
        self._timetable[poll.source] = _Entry(due, success, changed, ending.doubts, ending.failures)

    def _add(self, poll: _Poll, trails: Sequence[Trail]) -> None:
        for trail in trails:
            if trail.url not in poll.addresses:
                address = _Address(trail, self._hosts.of(host_of(trail.url)))
                poll.addresses[trail.url] = poll.open[trail.url] = address

    def _is_settled(self, poll: _Poll) -> bool:
        now = monotonic()
        return not poll.closing and (poll.deadline <= now or not any(_has_hope(poll, one, now) for one in poll.open.values()))


def _has_hope(poll: _Poll, address: _Address, now: float) -> bool:
    host = address.host
    return address.leased or not (host.opens > poll.deadline or (host.failures >= DOWN_AFTER and host.opens > now))


class MemoryState:
    """For one process, forgotten at its end."""

    def __init__(self) -> None:
        self.versions = MemoryVersions()
        self.hosts = MemoryHosts()
        self.frontier = MemoryFrontier(self.hosts)
