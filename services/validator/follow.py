"""Checking a report in the light of what is remembered: versions of the same report, other reports of the same issuer.

The outcome depends on the set of reports seen, not on the order in which they came; a report that comes again yields the
same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from schemas.report import Report
from schemas.validation import Discrepancy, Validation
from services.validator.across import ACROSS, across
from services.validator.check import check
from services.validator.digest import Digest, digest
from services.validator.history import History, Version, told
from services.validator.lifecycle import succeed
from services.validator.registry import rules
from services.validator.rulebook import EVERY_RULE, Rulebook
from services.validator.view import View


async def follow(
    report: Report, history: History, *, seen: datetime, rulebook: Rulebook = EVERY_RULE
) -> tuple[Validation, tuple[Discrepancy, ...]]:
    """Check a report, remember it, and say what became of every discrepancy of it and of its relatives that this check sees
    otherwise than the ones before.

    ``seen`` is when the report was published to this stage, the same on redelivery. Raises what ``history`` raises.
    """
    config = rulebook.config(report.source)
    view = View(report)
    result = check(report, config=config, view=view)
    read = digest(report, result.discrepancies, view)
    version = Version(
        report_id=report.report_id,
        document=report.document,
        ruleset=result.validation.ruleset,
        number=report.version,
        fetched=report.fetched_at,
        seen=seen,
        rules={rule.id: rule.version for rule in rules() if rule.id not in config.off},
        found=result.discrepancies,
        digest=read,
        told=told(read, result.discrepancies),
    )
    await history.remember(version)
    versions = await history.versions(report.report_id)
    own = _told(versions)
    others = await _relatives(versions[-1].digest, history, seen, rulebook)
    validation = result.validation.model_copy(update={"validated_at": _first(versions, version).seen})
    return validation, (*_news(own, versions, version), *others)


def _news(told: Sequence[Discrepancy], versions: Sequence[Version], this: Version) -> Iterator[Discrepancy]:
    """What is told otherwise than it would be without this check, whenever the report comes again: nothing of it may have been
    published before a crash. A document that is checked once more by other rules says only what these change."""
    before = {item.discrepancy_id: item for item in _told([each for each in versions if each.key != this.key])}
    return (item for item in told if before.get(item.discrepancy_id) != item)


def _told(versions: Sequence[Version]) -> tuple[Discrepancy, ...]:
    """The discrepancies of a report after all its versions, told in order."""
    state: tuple[Discrepancy, ...] = ()
    for version in versions:
        state = succeed(state, version.found, rules=version.rules, seen=version.seen, document=version.document)
    return state


async def _relatives(newest: Digest, history: History, seen: datetime, rulebook: Rulebook) -> tuple[Discrepancy, ...]:
    """The findings across documents of this report and of every relative that it may concern."""
    relatives = await history.relatives(newest.identity)
    told: list[Discrepancy] = []
    for owner in relatives:
        config = rulebook.config(owner.source)
        run = {rule.id: rule.version for rule in ACROSS if rule.id not in config.off}
        before = await history.across(owner.report_id)
        after = succeed(before, across(owner, relatives, config), rules=run, seen=seen)
        if after:
            await history.remember_across(owner.report_id, after)
            told += after
    return tuple(told)


def _first(versions: Sequence[Version], this: Version) -> Version:
    """As it was remembered when it came first."""
    return next(version for version in versions if version.key == this.key)
