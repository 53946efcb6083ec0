"""Which rules a source or a user has switched off or lowered, and why. The validation says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.validation import Setting, Severity

_GRAVITY = {Severity.ROUNDING: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Config:
    """``off``: rule id → reason. ``lowered``: rule id → (highest severity, reason). A reason is never empty."""

    off: Mapping[str, str] = field(default_factory=dict)
    lowered: Mapping[str, tuple[Severity, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reasons = [*self.off.values(), *(reason for _, reason in self.lowered.values())]
        if not all(reason.strip() for reason in reasons):
            raise ValueError("a rule is switched off or lowered without a reason")

    def severity(self, rule: str, severity: Severity) -> Severity:
        """The severity as configured: lowered, never raised."""
        if rule not in self.lowered:
            return severity
        return min(severity, self.lowered[rule][0], key=_GRAVITY.__getitem__)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """What is switched off and lowered, in order of the rules' ids."""
        off = [Setting(rule=rule, change="off", reason=reason) for rule, reason in self.off.items()]
        lowered = [Setting(rule=rule, change=most.value, reason=reason) for rule, (most, reason) in self.lowered.items()]
        return tuple(sorted(off + lowered, key=lambda setting: setting.rule))
