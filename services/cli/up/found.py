"""What a run found, from the database."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from services.cli.plain import plain
from services.cli.register import counts, lines
from services.cli.up.pipeline import Pipeline
from services.register.queries import expectations
from services.store import queries

_STYLE = {"error": "bold red", "warning": "yellow", "rounding": "dim"}


async def print_found(out: Console, pipeline: Pipeline, language: str, *, seconds: float) -> None:
    """The discrepancies by disclosure, what the register says, then how many messages each topic holds."""
    from services.cli.words import words

    say = words(language)
    found = await queries.discrepancies(pipeline.dsn)
    for report in await queries.reports(pipeline.dsn):
        head = Text(
            f"\n{report['issuer']} · {report['fiscal_year']} · {say[report['kind'] or 'unknown']} · {report['url']}", style="bold"
        )
        out.print(head)
        reading = f"{report['facts']} facts, {report['claims']} claims; {report['errors']} errors, {report['warnings']} warnings"
        out.print(Text(f"version {report['version']}: {reading}", style="dim"))
        for d in found:
            if d["document"] == report["document"] and d["report_id"] == report["report_id"] and d["severity"] != "rounding":
                out.print(Padding(_line(d, say, language), (0, 0, 0, 2)))
    if "register" in pipeline.consumers and (expected := await expectations(pipeline.dsn)):
        out.print()
        out.print(plain(lines(expected, say)), plain(counts(expected, say), "dim"), sep="\n")
    out.print()
    for topic, count in (await pipeline.counts()).items():
        out.print(Text(f"{count:6}  {topic}", style="dim"))
    out.print(Text(f"{seconds:.1f} s", style="dim"))


def _line(d: dict[str, Any], say: dict[str, str], language: str) -> Text:
    line = Text()
    line.append(f"{say[d['severity']]} ", style=_STYLE[d["severity"]])
    if d["state"] != "opened":
        line.append(f"[{d['state']}] ", style="green")
    line.append(d[f"message_{language}"])
    evidence = json.loads(d["evidence"])
    if evidence:
        page = f"{say['page'].format(evidence[0]['page'])} " if evidence[0].get("page") else ""
        line.append(f"  {page}「{evidence[0]['quote']}」", style="dim")
    return line
