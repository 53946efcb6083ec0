"""``gouji check``: reads and checks files or URLs in this one process, without a broker or a database."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services.cli.outcome import Outcome, Problem

CLEAN, DISCREPANCIES, UNREADABLE = 0, 1, 2


class Format(StrEnum):
    """How the outcome is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    SARIF = "sarif"


class Language(StrEnum):
    """The language of messages."""

    ZH = "zh"
    EN = "en"


class Level(StrEnum):
    """From which severity on a discrepancy makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    ROUNDING = "rounding"


def command(
    targets: Annotated[
        list[str], typer.Argument(metavar="FILE|URL...", help="Disclosures: PDF, HTML or plain text files, or http(s) URLs.")
    ],
    form: Annotated[Format, typer.Option("--format", "-f", help="How to print the outcome.")] = Format.TEXT,
    language: Annotated[Language, typer.Option("--lang", help="Language of the messages.")] = Language.ZH,
    fail_on: Annotated[Level, typer.Option("--fail-on", help="The least severity that makes the exit code 1.")] = Level.ERROR,
    rounding: Annotated[bool, typer.Option("--rounding", help="In text, also list differences that rounding explains.")] = False,
) -> None:
    """Check disclosures and show what does not agree, with the place, the arithmetic and the probable cause.

    \b
    gouji check final-2024.pdf
    gouji check --format json report.html > result.json
    gouji check --format sarif *.pdf > gouji.sarif

    Several documents in json are printed one JSON object a line.
    Exit code: 0 nothing found, 1 discrepancies found, 2 an input could not be read.
    """
    from services.cli.formats import write

    outcomes = _run(targets)
    write(outcomes, form.value, language.value, sys.stdout, rounding=rounding)
    raise typer.Exit(_code(outcomes, fail_on))


def _run(targets: list[str]) -> list[Outcome]:
    show = sys.stderr.isatty() and len(targets) > 1
    if not show:
        return [examine(target) for target in targets]
    from rich.console import Console
    from rich.progress import track

    return [examine(target) for target in track(targets, description="checking", console=Console(stderr=True))]


def examine(target: str) -> Outcome:
    """Read and check one file or URL. Never raises for a bad document: the outcome then carries the problem."""
    from services.parser.layout import Unreadable
    from services.parser.report import build_report
    from services.validator.check import check

    try:
        body, name, url = _load(target)
        report = build_report(body, name=name, url=url)
    except Unreadable as error:
        return Outcome(target, problem=Problem(error.code, error.reason))
    except OSError as error:
        return Outcome(target, problem=Problem("unavailable", f"{error.strerror or error}: {target}"))
    result = check(report)
    return Outcome(target, report=report, validation=result.validation, discrepancies=tuple(result.discrepancies))


def _load(target: str) -> tuple[bytes, str, str | None]:
    if target.startswith(("http://", "https://")):
        from services.fetcher.download import download

        document = download(target)
        return document.body, document.name, target
    path = Path(target)
    return path.read_bytes(), path.name, None


def _code(outcomes: list[Outcome], fail_on: Level) -> int:
    if any(outcome.problem for outcome in outcomes):
        return UNREADABLE
    order = [level.value for level in Level]
    bad = set(order[: order.index(fail_on.value) + 1])
    found = any(d.severity.value in bad for outcome in outcomes for d in outcome.discrepancies)
    return DISCREPANCIES if found else CLEAN
