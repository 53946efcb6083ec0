"""What the pages tell people to type, copy or open is there."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer.main

from deploy.inventory import services
from services.cli import app
from services.fetcher.sources import load_sources
from tests.docs.test_reference import PAGES_OF_THE_PROJECT, ROOT, text

ROOMS = ("schemas/", "services/", "deploy/", "tests/", "benchmarks/", "docs/")
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES_OF_THE_PROJECT, ids=lambda page: str(page.relative_to(ROOT)))
def test_modules_files_and_commands_exist(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    modules = set(re.findall(r"python -m ((?:schemas|services|deploy|tests|benchmarks)[\w.]*\w)", words))
    assert [name for name in modules if "NAME" not in name and find_spec(name) is None] == []
    paths = {path for path in re.findall(r"`([\w./-]+)`", words) if path.startswith(ROOMS)}
    # capitals stand for a name of one's own: services/validator/rules/FAMILY.py
    missing = [path for path in paths if not re.search(r"[A-Z]{3}", path) and not (ROOT / path).exists()]
    assert missing == []
    assert set(re.findall(r"`gouji ([a-z]+)", words)) <= COMMANDS


def test_the_least_source_is_one(tmp_path: Path) -> None:
    block = text("CONTRIBUTING.md").split("the least is\n\n")[1].split("\n\n")[0]
    file = tmp_path / "source.yaml"
    file.write_text("\n".join(line.removeprefix("    ") for line in block.splitlines()), encoding="utf-8")
    (source,) = load_sources(file)
    assert source.id == "b-shuiwu"


def test_events_are_compressed_as_subscribers_are_told() -> None:
    """With gzip, which every client reads; only reports, which the parser sends, with zstd."""
    said = " ".join((ROOT / "docs" / "subscribing.md").read_text(encoding="utf-8").split())
    assert "compressed with gzip" in said and "only reports come in zstd" in said
    used = {name: service.settings.model_fields["compression"].default for name, service in services().items()}
    assert used.pop("parser") == "zstd"
    assert set(used.values()) == {"gzip"}
