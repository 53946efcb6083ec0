"""The end of a poll: what was found becomes documents, what is new or gone is published, and the next poll gets its time.

One process closes a poll. If it is killed on the way, another one does it again from the same results: what was published already
is remembered, or has the same ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from schemas.removal import Absence
from services.fetcher import judge, metrics
from services.fetcher.assemble import assemble
from services.fetcher.desk import Desk
from services.fetcher.found import Missed
from services.fetcher.judge import Absent, Change
from services.fetcher.sources import Source
from services.fetcher.state.model import GIVEN_UP, Ending, Poll
from services.fetcher.timetable import next_in

log = structlog.get_logger()


class Closing:
    """Closes polls."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._state = desk.state
        self._out = desk.out

    async def close(self, source: Source, poll: Poll) -> bool:
        """Publish what a poll brought, and end it; False if documents that were not found have to be asked for first."""
        found = assemble(poll.results)
        enough = len(found) >= source.expected
        complete = judge.complete(poll.results) and enough
        present = await self._out.persist("database", lambda: self._state.versions.present(source.id))
        sees_all = complete and not poll.dropped and judge.whole(poll.results, poll.pages)
        away = judge.missing(present, found, poll.results) if sees_all else []
        if not poll.probed and (probes := judge.to_probe(away, found, poll.results)):
            await self._out.persist("database", lambda: self._state.frontier.probe(poll, probes))
            return False
        changes = await self._desk.deliver(source.id, found)
        urls = [one.file.url for one in found]
        await self._out.persist("database", lambda: self._state.versions.see(source.id, urls))
        told = judge.absent(away, found, present, poll.results)
        doubts = poll.doubts + 1 if judge.doubtful(told, len(present)) else 0
        if 0 < doubts <= judge.DOUBTS_MOST:
            log.warning("so much is no longer linked that the list is not believed", source=source.id, documents=len(told))
            told = [one for one in told if one.absence is not Absence.UNLINKED]
        await self._desk.withdraw(source.id, told)
        changed = bool(told) or any(change is not Change.UNCHANGED for change in changes)
        await self._end(source, poll, complete, changed, doubts)
        _count(source, poll, changes, told, complete)
        if not enough:
            log.error("fewer documents than expected", source=source.id, found=len(found), expected=source.expected)
        log.info("polled", source=source.id, complete=complete, found=len(found), asked=len(poll.results), removed=len(told))
        return True

    async def give_up(self, source: Source, poll: Poll) -> None:
        """End a poll that cannot be closed: what it did not publish is for the next one."""
        await self._end(source, poll, False, False, poll.doubts)
        metrics.POLLS.labels(source.id, "incomplete").inc()

    async def _end(self, source: Source, poll: Poll, complete: bool, changed: bool, doubts: int) -> None:
        failures = 0 if complete else poll.failures + 1
        when = datetime.now(UTC) if changed else poll.changed
        wait = next_in(source.schedule, poll.begun, changed=when, failures=failures)
        ending = Ending(complete, changed, wait.total_seconds(), doubts, failures)
        await self._out.persist("database", lambda: self._state.frontier.end(poll, ending))


def _count(source: Source, poll: Poll, changes: Sequence[Change], told: Sequence[Absent], complete: bool) -> None:
    for change in changes:
        metrics.DOCUMENTS.labels(source.id, change.value).inc()
    for result in poll.results:  # whatever was asked for is counted already
        if isinstance(result.outcome, Missed) and result.outcome.reason in GIVEN_UP:
            metrics.FAILED.labels(source.id, result.outcome.reason).inc()
    for one in told:
        metrics.REMOVED.labels(source.id, one.absence.value).inc()
    metrics.POLLS.labels(source.id, "complete" if complete else "incomplete").inc()
    metrics.FOUND.labels(source.id).set(len(changes))
    metrics.EXPECTED.labels(source.id).set(source.expected)
    metrics.INTERVAL.labels(source.id).set(source.schedule.pause_at(datetime.now(UTC)).total_seconds())
    metrics.CRAWL_SECONDS.labels(source.id).set((datetime.now(UTC) - poll.begun).total_seconds())
    if complete:
        metrics.LAST_SUCCESS.labels(source.id).set_to_current_time()
