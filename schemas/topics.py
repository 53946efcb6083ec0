"""The one table of topics. Topic creation, AsyncAPI, documentation and tests are derived from it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.base import Contract
from schemas.dead_letter import DeadLetter
from schemas.expectation import Expectation
from schemas.raw import RawDocument
from schemas.removal import Removal
from schemas.report import Report
from schemas.validation import Discrepancy, Validation

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic: what it carries, how it is keyed and kept, who writes it and who reads it."""

    name: str
    event: str  # CloudEvents type
    model: type[Contract]
    key: str  # what the message key is
    partitions: int
    cleanup: str  # delete | compact
    retention_ms: int
    written_by: str
    read_by: tuple[str, ...]
    meaning: str


RAW = Topic(
    "disclosures.raw.v1",
    "gouji.disclosure.raw.v1",
    RawDocument,
    "document URL",
    6,
    "delete",
    30 * DAY_MS,
    "fetcher",
    ("parser", "store"),
    "A new version of a disclosure, as it was found.",
)
REPORTS = Topic(
    "disclosures.reports.v1",
    "gouji.disclosure.report.v1",
    Report,
    "issuer",
    6,
    "delete",
    30 * DAY_MS,
    "parser",
    ("validator", "register", "store"),
    "What one version of a disclosure says, every number with its place.",
)
VALIDATIONS = Topic(
    "disclosures.validations.v1",
    "gouji.disclosure.validation.v1",
    Validation,
    "issuer",
    6,
    "delete",
    90 * DAY_MS,
    "validator",
    ("store",),
    "Every check and obligation of one report version with its outcome.",
)
DISCREPANCIES = Topic(
    "disclosures.discrepancies.v1",
    "gouji.disclosure.discrepancy.v1",
    Discrepancy,
    "issuer",
    6,
    "delete",
    365 * DAY_MS,
    "validator",
    ("store", "subscribers"),
    "Something that does not agree, opened, changed, resolved or withdrawn.",
)
REMOVALS = Topic(
    "disclosures.removals.v1",
    "gouji.disclosure.removal.v1",
    Removal,
    "document URL",
    6,
    "delete",
    365 * DAY_MS,
    "fetcher",
    ("store", "subscribers"),
    "A disclosure that is no longer where it was published.",
)
EXPECTATIONS = Topic(
    "disclosures.expectations.v1",
    "gouji.disclosure.expectation.v1",
    Expectation,
    "issuer",
    1,
    "delete",
    365 * DAY_MS,
    "register",
    ("store", "subscribers"),
    "How an expected disclosure stands: missing, late, published.",
)
DEAD_LETTERS = Topic(
    "disclosures.dead-letters.v1",
    "gouji.disclosure.dead-letter.v1",
    DeadLetter,
    "the original key",
    1,
    "delete",
    90 * DAY_MS,
    "any service",
    ("store", "gouji replay"),
    "A message that retrying cannot cure, with its full origin.",
)

TOPICS = (RAW, REPORTS, VALIDATIONS, DISCREPANCIES, REMOVALS, EXPECTATIONS, DEAD_LETTERS)


def partition_key(event: Contract) -> bytes:
    """The message key of an event; see the ``key`` column of the table.

    Raises TypeError for a model that has no topic.
    """
    if isinstance(event, RawDocument | Removal):
        return event.url.encode()
    if isinstance(event, Report | Validation | Discrepancy):
        return (event.identity.issuer or event.report_id).encode()
    if isinstance(event, Expectation):
        return event.issuer.encode()
    if isinstance(event, DeadLetter):
        return event.key or b""
    raise TypeError(f"{type(event).__name__} has no topic")
