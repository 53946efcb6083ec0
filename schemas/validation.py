"""``Validation`` and ``Discrepancy``: what was checked, and what does not agree."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from schemas.base import Contract, Number
from schemas.place import Evidence
from schemas.report import Identity


class Category(StrEnum):
    """The family of a discrepancy."""

    NARRATIVE_ARITHMETIC = "narrative-arithmetic"
    TABLE_ARITHMETIC = "table-arithmetic"
    CROSS_TABLE = "cross-table"
    NARRATIVE_VS_TABLE = "narrative-vs-table"
    NARRATIVE_VS_NARRATIVE = "narrative-vs-narrative"
    YEAR_ON_YEAR = "year-on-year"
    CROSS_DOCUMENT = "cross-document"
    UNIT = "unit"
    COUNT = "count"
    STRUCTURE = "structure"
    TEMPLATE_LEFTOVER = "template-leftover"
    MISSING_CONTENT = "missing-content"
    WORDING_DIRECTION = "wording-direction"
    SEMANTIC = "semantic"


class Severity(StrEnum):
    """How sure and how grave: an ``error`` cannot be explained by rounding or convention."""

    ERROR = "error"
    WARNING = "warning"
    ROUNDING = "rounding"


class State(StrEnum):
    """Where a discrepancy stands in its life."""

    OPENED = "opened"
    CHANGED = "changed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a check ended. Not checked is never passed."""

    PASSED = "passed"
    FAILED = "failed"
    ROUNDING = "rounding"
    NOT_APPLICABLE = "not_applicable"
    NOT_CHECKED = "not_checked"


class Interval(Contract):
    """The closed interval of values that a printed or computed number stands for, in base units."""

    low: Number
    high: Number


class Text(Contract):
    """The same message in Chinese and in English."""

    zh: str
    en: str


_VOLATILE = frozenset({"state", "first_seen", "last_seen", "document", "url", "rule_version", "evidence"})


class Discrepancy(Contract):
    """Something that does not agree, with its proof.

    ``discrepancy_id`` is stable when the document is re-published: the same defect keeps its id, and can be seen to be
    fixed. ``subject`` is what the rule is about (part of the id). ``stated`` and ``expected`` are as a reader would write
    them, unit included. ``broken`` names the relations that this one cause breaks.
    """

    discrepancy_id: str
    report_id: str
    document: str
    identity: Identity
    url: str | None = None
    rule: str
    rule_version: int = 1
    category: Category
    severity: Severity
    state: State = State.OPENED
    subject: str
    stated: str | None = None
    expected: str | None = None
    difference: str | None = None
    stated_interval: Interval | None = None
    expected_interval: Interval | None = None
    message: Text
    cause: Text | None = None
    basis: str | None = None
    broken: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None

    @property
    def content(self) -> dict[str, object]:
        """What stays as it is while the defect does, whatever version of the document it is seen in: all but its state, where
        it stands in the file, and when it was seen."""
        return self.model_dump(exclude=set(_VOLATILE))


class Check(Contract):
    """One executed (or not executable) relation or obligation.

    ``facts`` are the ids of the facts that took part. ``reason`` says why it was not checked or does not apply.
    """

    rule: str
    outcome: Outcome
    subject: str = ""
    reason: str | None = None
    facts: tuple[str, ...] = ()
    discrepancy: str | None = None


class Obligation(Contract):
    """Something that the regulations require of this kind, scope and year of document."""

    obligation: str
    aspect: str  # 完整性 | 细化程度 | 及时性 | 公开方式 | 真实性
    outcome: Outcome
    reason: str | None = None
    basis: str | None = None


class Setting(Contract):
    """A rule that a user or a source has switched off or lowered, and why. ``change`` is ``off``, or the most severity left."""

    rule: str
    change: str
    reason: str


class Coverage(Contract):
    """How much of what was found took part in at least one executed relation.

    ``amounts`` are those of the numbers that are money or a rate of money (a change, a share, a completion), as against
    persons and things, areas, points of a score and indicators.
    """

    table_numbers: int = 0
    table_numbers_checked: int = 0
    table_amounts: int = 0
    table_amounts_checked: int = 0
    narrative_numbers: int = 0
    narrative_numbers_checked: int = 0
    narrative_amounts: int = 0
    narrative_amounts_checked: int = 0


class Validation(Contract):
    """The whole outcome for one report version, by itself: what rests on another document too is published as a discrepancy
    alone, whichever of the two came second."""

    report_id: str
    document: str
    identity: Identity
    url: str | None = None
    validated_at: datetime | None = None
    ruleset: str = ""
    checks: tuple[Check, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    coverage: Coverage = Coverage()
    settings: tuple[Setting, ...] = ()
    discrepancies: tuple[str, ...] = ()
    errors: int = 0
    warnings: int = 0
    roundings: int = 0
