"""Checking a report in the light of what is remembered: versions of the same report, other reports of the same issuer.

The outcome depends on the set of reports seen, not on the order in which they came; a report that comes again yields the
same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.report import Report
from schemas.validation import Discrepancy, Severity, State, Validation
from services.validator.across import RULES, across
from services.validator.check import check
from services.validator.config import Config
from services.validator.digest import Digest, digest
from services.validator.history import History, Version
from services.validator.lifecycle import succeed
from services.validator.registry import rules


async def follow(
    report: Report, history: History, *, seen: datetime, config: Config | None = None
) -> tuple[Validation, tuple[Discrepancy, ...]]:
    """Check a report, remember it, and say what became of every discrepancy of it and of its relatives.

    ``seen`` is when the report was published to this stage, the same on redelivery. Raises what ``history`` raises.
    """
    result = check(report, config=config)
    version = Version(
        report_id=report.report_id,
        document=report.document,
        ruleset=result.validation.ruleset,
        number=report.version,
        seen=seen,
        rules={rule.id: rule.version for rule in rules()},
        found=result.discrepancies,
        digest=digest(report),
    )
    await history.remember(version)
    versions = await history.versions(report.report_id)
    own = _told(versions)
    others = await _relatives(versions[-1].digest, history, seen)
    live = [
        item for item in (*own, *others) if item.report_id == report.report_id and item.state in (State.OPENED, State.CHANGED)
    ]
    validation = result.validation
    if versions[-1].document == report.document:
        validation = _counted(validation, live)
    return validation.model_copy(update={"validated_at": _first(versions, report).seen}), (*own, *others)


def _told(versions: Sequence[Version]) -> tuple[Discrepancy, ...]:
    """The discrepancies of a report after all its versions, told in order."""
    state: tuple[Discrepancy, ...] = ()
    for version in versions:
        state = succeed(state, version.found, rules=version.rules, seen=version.seen)
    return state


async def _relatives(newest: Digest, history: History, seen: datetime) -> tuple[Discrepancy, ...]:
    """The findings across documents of this report and of every relative that it may concern."""
    relatives = await history.relatives(newest.identity)
    told: list[Discrepancy] = []
    for owner in relatives:
        before = await history.across(owner.report_id)
        after = succeed(before, across(owner, relatives), rules=RULES, seen=seen)
        if after:
            await history.remember_across(owner.report_id, after)
            told += after
    return tuple(told)


def _first(versions: Sequence[Version], report: Report) -> Version:
    return next(version for version in versions if version.document == report.document)


def _counted(validation: Validation, live: Sequence[Discrepancy]) -> Validation:
    count = {severity: sum(item.severity is severity for item in live) for severity in Severity}
    return validation.model_copy(
        update={
            "discrepancies": tuple(item.discrepancy_id for item in live),
            "errors": count[Severity.ERROR],
            "warnings": count[Severity.WARNING],
            "roundings": count[Severity.ROUNDING],
        }
    )
