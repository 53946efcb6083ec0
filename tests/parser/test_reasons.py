"""The reasons why something cannot be read: each is known, said in both languages, and told what it speaks of."""

from __future__ import annotations

import ast
import string
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import services.parser.layout
from services.parser.layout import Unreadable
from services.parser.readers import REFUSED
from services.parser.readers.pdf import REASONS
from services.parser.reasons import _reasons, reason

RAISED = {"Unreadable", "reason", "TimedOut", "OutOfMemory", "Died"}


@cache
def given() -> dict[str, set[frozenset[str]]]:
    """Every reason that the parser gives: by its name, which words are filled in wherever it is given."""
    found = defaultdict(set)
    for file in Path(services.parser.layout.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    found[str(name.value)].add(frozenset(keyword.arg or "" for keyword in node.keywords))
    for name in (*REFUSED.values(), *REASONS.values(), "unknown-kind"):
        found[name].add(frozenset())
    return found


def test_every_reason_is_known_and_every_known_one_is_given() -> None:
    assert set(given()) == set(_reasons())


@pytest.mark.parametrize("name", sorted(_reasons()))
def test_a_reason_says_in_both_languages_what_it_is_about(name: str) -> None:
    entry, asked = _reasons()[name], set[str]()
    for language in ("zh", "en"):
        asked |= {field for _, field, _, _ in string.Formatter().parse(entry[language]) if field}
    assert given()[name] == {frozenset(asked)}
    assert any("\u4e00" <= character <= "\u9fff" for character in entry["zh"])
    assert entry["en"].isascii()


def test_what_is_quoted_from_a_document_is_cut_short_and_never_a_pattern() -> None:
    said = reason("missing-part", part="{0} {x}" + "長" * 10_000)
    assert "{0} {x}" in said.zh
    assert len(said.en) < 500


def test_a_failure_says_both() -> None:
    error = Unreadable("large-file", size=12345, limit=1)
    assert error.code == "too-large"
    assert "12,345" in error.reason.zh and "12,345" in error.reason.en
    assert str(error) == f"{error.reason.zh} / {error.reason.en}"
