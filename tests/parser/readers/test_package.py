"""Packages of XML: entities, networks, bombs and depths are refused whoever wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.parser.layout import Unreadable
from services.parser.readers import Limits
from services.parser.readers.package import Package, parse_xml
from tests.fuzz.seeds import packed


def code_of(body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        parse_xml(body, "x")
    return caught.value.code


def test_an_entity_that_reads_a_file_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert code_of(f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]><a>&e;</a>'.encode()) == "dangerous"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_refused_in_any_encoding(encoding: str) -> None:
    levels = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 12))
    assert code_of(f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{levels}]><a>&e11;</a>'.encode(encoding)) in (
        "dangerous",
        "damaged",
    )


def test_depth_without_end_is_refused() -> None:
    assert code_of(b"<a>" * 100_000 + b"</a>" * 100_000) == "damaged"


def test_a_part_is_found_whatever_the_case_of_its_name() -> None:
    package = Package(packed({"Word/Document.XML": b"<a/>"}), Limits())
    assert package.xml("word/document.xml").tag == "a"


def test_a_missing_part_is_damage() -> None:
    with pytest.raises(Unreadable) as caught:
        Package(packed({"a": b""}), Limits()).read("b")
    assert caught.value.code == "damaged"


def test_relations_stay_inside_the_package() -> None:
    relations = (
        b'<Relationships><Relationship Id="a" Target="sheets/1.xml"/><Relationship Id="b" Target="/x/2.xml"/>'
        b'<Relationship Id="c" Target="http://example.org/3.xml" TargetMode="External"/></Relationships>'
    )
    package = Package(packed({"xl/workbook.xml": b"<a/>", "xl/_rels/workbook.xml.rels": relations}), Limits())
    assert package.relations("xl/workbook.xml") == {"a": "xl/sheets/1.xml", "b": "x/2.xml"}
