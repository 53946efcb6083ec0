"""Whatever bytes come, reading ends: with a Layout, or with Unreadable, a code and a reason. 200 files of fixed chance."""

from __future__ import annotations

import pytest

from services.parser.layout import Unreadable
from services.parser.readers import Limits, read
from tests.fuzz.run import outcomes
from tests.fuzz.seeds import SEEDS, packed


@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_a_sound_file_is_read(kind: str) -> None:
    if kind == "ole":
        with pytest.raises(Unreadable, match="damaged"):
            read(SEEDS[kind]())
    else:
        assert read(SEEDS[kind]()).blocks


def test_every_mutation_ends_as_a_layout_or_with_a_reason() -> None:
    found = list(outcomes(200))
    assert [outcome for outcome in found if outcome.defect] == []
    results = {outcome.result for outcome in found}
    assert {"layout", "damaged"} <= results  # the mutations are neither all harmless nor all fatal


def test_archives_in_archives_end() -> None:
    body = b"text"
    for depth in range(6):
        body = packed({f"{depth}.zip" if depth else "a.txt": body})
    with pytest.raises(Unreadable, match="archives") as caught:
        read(body)
    assert caught.value.code == "bomb"


@pytest.mark.parametrize("name", ["docx", "xlsx", "zip"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(name: str) -> None:
    member = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "zip": "决算.txt"}[name]
    with pytest.raises(Unreadable) as caught:
        read(packed({member: b" " * 60_000_000}), limits=Limits())
    assert caught.value.code == "bomb"
