"""Deterministic ids: the same thing has the same id wherever and whenever it is seen."""

from __future__ import annotations

import hashlib
import unicodedata

from schemas.report import Identity, Kind, Scope


def document_id(body: bytes) -> str:
    """The sha256 of a document's bytes, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def report_id(identity: Identity, fallback: str) -> str:
    """The id of the disclosure itself, the same for all its versions.

    It is made of issuer, kind, scope and fiscal year; where one of issuer, kind or year is unknown, of ``fallback`` (the
    URL, else the document id), so that two unknown documents never become one.
    """
    if identity.issuer and identity.kind and identity.fiscal_year:
        parts = [
            identity.issuer,
            identity.kind.value,
            identity.scope.value if identity.scope else "",
            str(identity.fiscal_year),
        ]
    else:
        parts = ["unidentified", fallback]
    return _digest(parts)


def discrepancy_id(report: str, rule: str, subject: str) -> str:
    """The id of a defect: report, rule and what the rule is about; not the wrong value, nor the place on the page."""
    return _digest([report, rule, subject])


def expectation_id(issuer: str, kind: Kind, scope: Scope, fiscal_year: int) -> str:
    """The id of what is expected of a body; ``issuer`` is its name with its places, since other places have bodies so called."""
    return _digest(["expected", issuer, kind.value, scope.value, str(fiscal_year)])


def _digest(parts: list[str]) -> str:
    joined = "\x1f".join("".join(unicodedata.normalize("NFKC", part).split()) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
