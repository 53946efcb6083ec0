"""What a poll's documents mean against what is known: new, changed, unchanged; gone, unlinked, moved. No input, no output.

A document is missed only after a poll that saw everything: a start page that was down, or a list cut short by a limit, hides
documents and removes none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.removal import Absence
from services.fetcher.found import Found, Missed, Outcome, Result, Role, Trail
from services.fetcher.state.model import Version

DOUBTFUL_LEAST = 5
DOUBTFUL_SHARE = 0.5
DOUBTS_MOST = 2
"""A list that loses more than half of at least so many documents at once is broken rather than emptied: it is believed only when
it is the same at the polls after that."""


class Change(StrEnum):
    """How a document that was found stands to its last version."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Absent:
    """A document that is not where it was; ``status`` is what its server answered, if it was asked."""

    version: Version
    absence: Absence
    moved_to: str | None = None
    status: int | None = None


def change_of(found: Found, latest: Version | None) -> Change:
    """A document that was removed and is back is changed, whatever its bytes. An annex that could not be got is no change: a
    site's bad day must not make two versions."""
    if latest is None:
        return Change.NEW
    if latest.removed:
        return Change.CHANGED
    same = latest.fingerprint == found.fingerprint or (found.partial and latest.content == found.file.content)
    return Change.UNCHANGED if same else Change.CHANGED


def complete(results: Sequence[Result]) -> bool:
    """Whether every list was read: the start pages, and whatever continues a list unless there is nothing there."""
    return not any(
        isinstance(result.outcome, Missed)
        and (result.trail.role is Role.START or (result.trail.role is Role.LIST and not result.outcome.gone))
        for result in results
    )


def whole(results: Sequence[Result], pages: Collection[str]) -> bool:
    """Whether nothing that is known can have been hidden: every list was read, and every page of ``pages``, which were read in
    earlier polls and lead to documents, unless there is nothing there any more."""
    hidden = (
        result
        for result in results
        if isinstance(result.outcome, Missed) and not result.outcome.gone
        if result.trail.url in pages and result.trail.role is not Role.PROBE
    )
    return complete(results) and next(hidden, None) is None


def missing(present: Mapping[str, Version], found: Sequence[Found], results: Sequence[Result]) -> list[Version]:
    """The documents of earlier polls that a whole poll did not find, and that did not fail for a passing reason either.

    An address that answers is there, also if it is a document no more: its article carries a file now.
    """
    here = {one.file.url for one in found}
    asked = _outcomes(results, probes=False)
    return [present[url] for url in sorted(present) if url not in here and _is_away(asked.get(url))]


def to_probe(away: Sequence[Version], found: Sequence[Found], results: Sequence[Result]) -> list[Trail]:
    """What has to be asked for before it can be told what became of the missing documents: those that neither moved nor were
    asked for in this poll."""
    moved, asked = {one.file.content for one in found}, _outcomes(results, probes=True)
    return [Trail(version.url, Role.PROBE) for version in away if version.content not in moved and version.url not in asked]


def absent(away: Sequence[Version], found: Sequence[Found], known: Collection[str], results: Sequence[Result]) -> list[Absent]:
    """What became of the missing documents, as far as it can be told. ``known`` are the addresses that had a document before.

    The same content at another address is a move, rather to an address that is new. The rest was asked for once more
    (``Role.PROBE``): 404 or 410 is gone; anything else that answers, or that we may not ask, is no longer linked; and
    what fails for a passing reason is asked again after the next poll.
    """
    places: dict[str, str] = {}
    for one in sorted(found, key=lambda one: one.file.url not in known):  # new addresses last: they stay
        places[one.file.content] = one.file.url
    outcomes = _outcomes(results, probes=True)
    told: list[Absent] = []
    for version in away:
        outcome = outcomes.get(version.url)
        if version.content in places:
            told.append(Absent(version, Absence.MOVED, places[version.content], _status(outcome)))
        elif isinstance(outcome, Missed) and outcome.gone:
            told.append(Absent(version, Absence.GONE, None, outcome.status))
        elif outcome is not None and not (isinstance(outcome, Missed) and not outcome.refused):
            told.append(Absent(version, Absence.UNLINKED, None, _status(outcome)))
    return told


def doubtful(told: Sequence[Absent], present: int) -> bool:
    """Whether so much is no longer linked at once that the list itself is to be doubted."""
    unlinked = sum(one.absence is Absence.UNLINKED for one in told)
    return present >= DOUBTFUL_LEAST and unlinked > DOUBTFUL_SHARE * present


def _outcomes(results: Sequence[Result], *, probes: bool) -> dict[str, Outcome]:
    return {result.trail.url: result.outcome for result in results if probes or result.trail.role is not Role.PROBE}


def _is_away(outcome: Outcome | None) -> bool:
    """Whether an address was not asked for, or has nothing."""
    return outcome is None or (isinstance(outcome, Missed) and outcome.gone)


def _status(outcome: Outcome | None) -> int | None:
    if outcome is None or isinstance(outcome, Missed):
        return outcome.status if outcome else None
    return outcome.kept.status if outcome.kept else 200
