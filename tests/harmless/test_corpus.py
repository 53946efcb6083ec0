"""Writing a real document otherwise changes nothing in what is found.

A document is written otherwise in one way here, another document in another: all of them in all ways, with
GOUJI_HARMLESS=all, take minutes.
"""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path

import pytest

from benchmarks.accuracy import corpus
from schemas.report import Report
from services.content.charset import decode
from services.parser.layout import Layout
from services.parser.readers import read
from services.parser.report import build_report
from tests.harmless.changes import IN_FILE
from tests.harmless.comparing import LAID, difference, relaid, reordered, rewritten

DOCUMENTS = sorted(path for path in corpus().glob("*.*") if path.suffix in (".txt", ".pdf"))

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not DOCUMENTS, reason="no corpus of real disclosures: set GOUJI_CORPUS")]


@cache
def laid(path: Path) -> tuple[Layout, Report]:
    body = path.read_bytes()
    return read(body, path.name), build_report(body, name=path.name)


def ways(path: Path) -> list[str]:
    """The ways in which a document is written otherwise."""
    if os.environ.get("GOUJI_HARMLESS") == "all":
        return list(LAID)
    return [list(LAID)[DOCUMENTS.index(path) % len(LAID)]]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_other_writing(path: Path) -> None:
    layout, report = laid(path)
    chance = random.Random(path.name)
    changed = {way: difference(report, relaid(layout, path.name, LAID[way], chance), way) for way in ways(path)}
    changed["order"] = difference(report, reordered(layout, path.name), "order")
    assert {change: items for change, items in changed.items() if items} == {}


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.suffix == ".txt"], ids=lambda path: path.stem)
def test_other_lines(path: Path) -> None:
    _, report = laid(path)
    text, _ = decode(path.read_bytes())
    chance = random.Random(path.name)
    changed = {change: difference(report, rewritten(text, path.name, IN_FILE[change], chance), change) for change in IN_FILE}
    assert {change: items for change, items in changed.items() if items} == {}
