"""Stable words for what a claim is about."""

from __future__ import annotations

from schemas.report import Claim
from services.validator.naming import key
from services.validator.view import View


def about(view: View, claim: Claim) -> str:
    """The claim's kind and the dimensions of the number that it is chiefly about; never a value or a place."""
    for role in ("whole", "current", "actual", "left", "part", "value", "rate"):
        facts = view.played(claim, role)
        if facts:
            return f"{claim.kind.value} {role} {key(facts[0])}"
    return f"{claim.kind.value} {claim.subject}"
