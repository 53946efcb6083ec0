"""Which rules ``gouji check`` runs, and how grave they may be: ``--only``, ``--skip`` and ``--config``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.validator.config import Config
    from services.validator.registry import Rule


class BadChoice(ValueError):
    """A rule that does not exist, or a configuration that says nothing; the text is for people."""


def named(patterns: Iterable[str]) -> frozenset[str]:
    """The ids of the rules that the patterns name: an id, or one with ``*`` (``text.*``). Raises BadChoice for one that
    names none."""
    from services.validator.rulebook import matching, no_such_rule

    found: set[str] = set()
    for pattern in patterns:
        matches = matching(pattern)
        if not matches:
            raise BadChoice(no_such_rule(pattern))
        found.update(matches)
    return frozenset(found)


def chosen(only: Sequence[str], skip: Sequence[str]) -> tuple[Rule, ...] | None:
    """The rules to run, or None for all. Raises BadChoice."""
    if not only and not skip:
        return None
    from services.validator.registry import rules

    wanted = named(only) if only else frozenset(rule.id for rule in rules())
    run = tuple(rule for rule in rules() if rule.id in wanted - named(skip))
    if not run:
        raise BadChoice("no rule is left to run; history.* compares documents with stored ones, which the validator service does")
    return run


def configured(file: Path) -> Config:
    """What a YAML file switches off or lowers for every document (``services.validator.rulebook``). Raises BadChoice."""
    from services.runtime.configuration import ConfigurationError
    from services.validator.rulebook import load_rulebook

    try:
        return load_rulebook(file).config()
    except ConfigurationError as error:
        raise BadChoice(str(error)) from error
