"""``gouji sources check`` and ``list``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.cli.conftest import Gouji

EXAMPLES = Path(__file__).parents[2] / "examples" / "sources"


def test_the_examples_are_right(gouji: Gouji):
    result = gouji("sources", "check", EXAMPLES)
    assert (result.exit_code, result.stdout) == (0, "nothing wrong; sources: 2, plug-ins: 1, expected disclosures: 7\n")


def test_check_says_every_mistake_of_sources_plugins_and_registers(gouji: Gouji, tmp_path: Path):
    (tmp_path / "a.yaml").write_text("id: a\nstart: [http://x/]\nregisters: [r.csv]\nallow: ['(']\n", "utf-8")
    (tmp_path / "b.yaml").write_text("id: b\nstart: [http://x/]\n", "utf-8")
    (tmp_path / "b.py").write_text("def links(page)", "utf-8")
    (tmp_path / "r.csv").write_text("issuer,kinds,years,due\n甲市财政局,决算,2024,\n", "utf-8")
    result = gouji("sources", "check", tmp_path)
    assert result.exit_code == 1
    assert [line.removeprefix(f"{tmp_path}/").split(": ")[0] for line in result.stdout.splitlines()] == [
        "a.yaml:4",
        "b.py:1",
        "r.csv:2",
    ]
    listed = gouji("sources", "list", tmp_path)
    assert (listed.exit_code, "a.yaml:4" in listed.stderr) == (2, True)


def test_list_for_people_and_programs(gouji: Gouji):
    text = gouji("sources", "list", EXAMPLES).stdout
    assert "b-jiekou.py" in text
    assert "20:00-07:00" in text
    rows = json.loads(gouji("sources", "list", EXAMPLES, "--format", "json").stdout)
    assert [(row["id"], row["interval"], row["expected"]) for row in rows] == [("a-caizheng", "6h", 20), ("b-jiekou", "6h", None)]
    (first, _) = csv.DictReader(io.StringIO(gouji("sources", "list", EXAMPLES, "--format", "csv").stdout))
    assert first["registers"] == "register-2025.csv register.yaml"


def test_sources_are_those_of_the_environment(gouji: Gouji, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("GOUJI_SOURCES", str(EXAMPLES))
    assert gouji("sources", "check").exit_code == 0
    monkeypatch.delenv("GOUJI_SOURCES")
    monkeypatch.chdir(tmp_path)
    result = gouji("sources", "check")
    assert (result.exit_code, "sources:1: " in result.stdout) == (1, True)


def test_up_says_what_is_wrong_before_it_starts_anything(gouji: Gouji, tmp_path: Path):
    (tmp_path / "a.yaml").write_text("id: a\n", "utf-8")
    result = gouji("up", "--sources", tmp_path, "--data", tmp_path / "data")
    assert (result.exit_code, "a.yaml:1: start: Field required" in result.stdout) == (2, True)
    assert not (tmp_path / "data").exists()
