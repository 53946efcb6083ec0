"""Which rules ``gouji check`` runs, and how grave they may be: ``--only``, ``--skip`` and ``--config``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.cli.outcome import Setting

if TYPE_CHECKING:
    from services.validator.config import Config
    from services.validator.registry import Rule


class BadChoice(ValueError):
    """A rule that does not exist, or a configuration that says nothing; the text is for people."""


def named(patterns: Iterable[str]) -> frozenset[str]:
    """The ids of the rules that the patterns name: an id, or one with ``*`` (``text.*``). Raises BadChoice for one that
    names none."""
    from services.validator.registry import rules

    known = [rule.id for rule in rules()]
    found: set[str] = set()
    for pattern in patterns:
        matches = [name for name in known if fnmatchcase(name, pattern)]
        if not matches:
            near = get_close_matches(pattern, known, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "gouji rules lists them"
            raise BadChoice(f"there is no rule {pattern!r}; {hint}")
        found.update(matches)
    return frozenset(found)


def chosen(only: Sequence[str], skip: Sequence[str]) -> tuple[Rule, ...] | None:
    """The rules to run, or None for all. Raises BadChoice."""
    if not only and not skip:
        return None
    from services.validator.registry import rules

    wanted = named(only) if only else frozenset(rule.id for rule in rules())
    return tuple(rule for rule in rules() if rule.id in wanted - named(skip))


def configured(file: Path) -> Config:
    """The rules that a YAML file switches off or lowers, each with its reason. Raises BadChoice.

    ``rules: {text.doubled: {run: false, reason: ...}, claim.growth: {severity: warning, reason: ...}}``
    """
    import yaml

    from services.validator.config import Config

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadChoice(f"{file} cannot be read as YAML: {' '.join(str(error).split())}") from error
    entries = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or set(content) != {"rules"}:
        raise BadChoice(f"{file}: expected one key, rules, with rule ids under it; see docs/cli.md")
    named(str(name) for name in entries)
    off, lowered = {}, {}
    for name, entry in entries.items():
        reason, severity = _entry(file, name, entry)
        if severity is None:
            off[name] = reason
        else:
            lowered[name] = (severity, reason)
    return Config(off=off, lowered=lowered)


def _entry(file: Path, name: str, entry: Any) -> tuple[str, Any]:
    """The reason and the severity (None: off) of one rule."""
    from schemas.validation import Severity

    if not isinstance(entry, dict) or not isinstance(entry.get("reason"), str) or not entry["reason"].strip():
        raise BadChoice(f"{file}: {name} needs a reason")
    if set(entry) == {"run", "reason"} and entry["run"] is False:
        return entry["reason"], None
    if set(entry) == {"severity", "reason"} and entry["severity"] in (Severity.WARNING, Severity.ROUNDING):
        return entry["reason"], Severity(entry["severity"])
    raise BadChoice(f"{file}: {name} needs, beside its reason, either run: false or severity: warning|rounding")


def settings(config: Config | None) -> tuple[Setting, ...]:
    """What a configuration changes, to be said with every outcome."""
    if config is None:
        return ()
    off = [Setting(rule, "off", reason) for rule, reason in config.off.items()]
    return (*off, *(Setting(rule, severity.value, reason) for rule, (severity, reason) in config.lowered.items()))
