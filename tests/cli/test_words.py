"""Every word in both languages, every command explained with an example, every option in the documentation."""

from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import typer.main

from schemas.report import ClaimKind, Kind, Measure, Phase, Scope
from schemas.validation import Outcome, Severity
from services.cli import app
from services.cli.pages.check import ASPECTS
from services.cli.pages.fates import FATES
from services.cli.words import words
from tests.cli.conftest import Gouji

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "cli.md"
GROUP: Any = typer.main.get_command(app)
COMMANDS = {
    f"{name} {inner}" if inner else name: leaf
    for name, command in sorted(GROUP.commands.items())
    for inner, leaf in getattr(command, "commands", {"": command}).items()
}


def test_both_languages_have_the_same_words() -> None:
    assert words("zh").keys() == words("en").keys()


def test_both_languages_say_the_same_things() -> None:
    def fields(text: str) -> list[str]:
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)

    assert [key for key in words("zh") if fields(words("zh")[key]) != fields(words("en")[key])] == []


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("", Kind),
        ("", Scope),
        ("", Severity),
        ("claim_", ClaimKind),
        ("measure_", [each for each in Measure if each is not Measure.AMOUNT]),
        ("phase_", Phase),
        ("outcome_", Outcome),
        ("fate_", FATES),
        ("aspect_", ASPECTS),
    ],
)
def test_every_value_of_the_contracts_has_a_word(prefix: str, values: list[StrEnum]) -> None:
    assert [value for value in values if f"{prefix}{value}" not in words("zh")] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_with_an_example(gouji: Gouji, command: str) -> None:
    result = gouji(*command.split(), "--help")
    assert result.exit_code == 0
    examples = [line for line in result.stdout.splitlines() if line.strip().startswith(f"gouji {command}")]
    assert examples, "an example that can be copied"
    assert "Exit code" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    section = text.split(f"\n## gouji {command.split()[0]}\n")[1].split("\n## ")[0]
    options = [option for each in COMMANDS[command].params for option in each.opts if option.startswith("-")]
    assert [option for option in options if f"`{option}" not in section and f", {option}" not in section] == []


def test_the_version_is_printed(gouji: Gouji) -> None:
    assert gouji("--version").stdout.startswith("gouji ")
