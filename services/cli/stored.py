"""``gouji show`` and ``gouji search``: what is stored, by id and by words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.database import DATA, DataOption, ask
from services.cli.output import fail, send
from services.cli.words import LanguageOption, Words, words

if TYPE_CHECKING:
    import asyncpg
    from rich.console import Console
    from rich.text import Text

    from services.store.exports import Finding
    from services.store.lookup import Candidate, Hit

LEAST = 4
"""Characters that the beginning of an id must have."""
AROUND = 40
"""Characters of a passage that are shown before and after the word."""


class Where(StrEnum):
    """What is searched."""

    REPORT = "report"
    DISCREPANCY = "discrepancy"
    CLAIM = "claim"
    PARAGRAPH = "paragraph"


def show(
    identifier: Annotated[str, typer.Argument(metavar="REPORT|DISCREPANCY", help="An id, or its first characters (4 at least).")],
    language: LanguageOption,
    data: DataOption = DATA,
) -> None:
    """Show a report with its versions and what does not agree in it, or one discrepancy with what became of it.

    \b
    gouji show 7d6b6bf5
    gouji show 96dba73b552ae1b2cebe866d13db9014

    It asks the database of DATABASE_URL, else the one that gouji up keeps. Exit code: 0, 2 where nothing, or more than one
    thing, has such an id, or the database cannot be reached.
    """
    beginning = identifier.strip().lower()
    if len(beginning) < LEAST or not set(beginning) <= set("0123456789abcdef"):
        fail(f"an id is {LEAST} to 32 characters of 0-9 and a-f, not {identifier!r}; gouji search finds things by words")
    say = words(language)
    candidates, text = ask(data, lambda connection: _shown(connection, beginning, say, language.value))
    if text is None:
        fail(say["show_none" if not candidates else "show_several"].format(beginning) + _listed(candidates))
    send(text, None)


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words; a place must have all of them, whatever their case.")],
    language: LanguageOption,
    within: Annotated[
        list[Where] | None,
        typer.Option("--in", help="Search only these; may be repeated. Default: all four."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many of each to show.")] = 10,
    data: DataOption = DATA,
) -> None:
    """Find reports, discrepancies and passages by the words in them: names, messages, quotes, the text of the documents.

    \b
    gouji search 河湖管理中心
    gouji search "公务接待 下降" --in paragraph --limit 50

    Of documents it searches the version that counts today. It asks the database of DATABASE_URL, else the one that gouji up
    keeps. Exit code: 0 found, 1 nothing found, 2 the database cannot be reached, or takes too long.
    """
    sought = text.split()
    if not sought:
        fail("nothing to search for")
    say = words(language)
    kinds = [where.value for where in within or Where]
    found = ask(data, lambda connection: _found(connection, sought, kinds, language.value, limit))
    if found is None:
        fail("the search takes too long: name fewer places with --in, or ask the database itself (docs/querying.md)")
    if not any(found.values()):
        send(say["search_none"] + "\n", None)
        raise typer.Exit(1)
    from services.cli.plain import drawn

    send(drawn(lambda console: _print_hits(console, found, sought, say, limit)), None)


async def _shown(connection: asyncpg.Connection, beginning: str, say: Words, language: str) -> tuple[list[Candidate], str | None]:
    """The one that is meant, drawn; else what may be meant."""
    from services.cli.plain import drawn
    from services.store import lookup
    from services.store.exports import findings_of

    candidates = await lookup.candidates(connection, beginning)
    exact = [each for each in candidates if each.id == beginning]
    if len(exact or candidates) != 1:
        return candidates, None
    (meant,) = exact or candidates
    findings = await findings_of(connection, meant.id)
    if meant.kind == "discrepancy":
        life = await lookup.life(connection, meant.id)
        return candidates, drawn(lambda console: _print_discrepancy(console, findings[0], life, say, language))
    whose = await lookup.report(connection, meant.id)
    versions = await lookup.versions(connection, meant.id)
    return candidates, drawn(lambda console: _print_report(console, whose, versions, findings, say, language))


async def _found(
    connection: asyncpg.Connection, sought: Sequence[str], kinds: Sequence[str], language: str, limit: int
) -> dict[str, list[Hit]] | None:
    """One more than ``limit`` of each kind, so that it is known whether there are more; None where it takes too long."""
    import asyncpg

    from services.store.lookup import search

    try:
        return await search(connection, sought, kinds=kinds, language=language, most=limit + 1)
    except asyncpg.QueryCanceledError:
        return None


def _listed(candidates: Sequence[Candidate]) -> str:
    return "".join(
        f"\n  {each.id}  {each.kind}  {each.issuer or ''} {each.fiscal_year or ''} {each.about}" for each in candidates
    )


def _print_report(
    console: Console, whose: Any, versions: Sequence[Any], findings: Sequence[Finding], say: Words, language: str
) -> None:
    from schemas.validation import State
    from services.cli.formats.text import write_discrepancy
    from services.cli.plain import plain

    console.print(plain(_whose(whose["issuer"], whose["fiscal_year"], whose["kind"], whose["scope"], say), "bold"))
    console.print(plain(f"{whose['report_id']}  {' '.join(whose['region'])}", "dim"))
    console.print(plain(f"\n{say['show_versions']}", "bold underline"))
    for version in versions:
        current = say["show_current"] if version["latest"] else ""
        head = f"{say['show_version'].format(version=version['version'])}{current}"
        head += f"  {say['show_found']} {_when(version['fetched_at'])}"
        console.print(plain(f"{head}  {version['title'] or ''}"))
        console.print(plain(f"    {version['url'] or ''}  sha256 {version['document'][:16]}…", "dim"), soft_wrap=True)
        if version["found"] is not None:
            console.print(plain("    " + say["show_numbers"].format(**version), "dim"))
    open_ones = [f for f in findings if f.discrepancy.state in (State.OPENED, State.CHANGED)]
    console.print(plain(f"\n{say['show_open']}", "bold underline"))
    if not open_ones:
        console.print(plain(say["clean"], "green"))
    for finding in open_ones:
        write_discrepancy(console, finding.discrepancy, finding.titles, say, language)
        console.print(plain(f"    {finding.discrepancy.discrepancy_id}", "dim"))
    closed = [f.discrepancy for f in findings if f not in open_ones]
    if closed:
        console.print(plain(f"\n{say['show_closed'].format(len(closed))}", "bold underline"))
    for d in closed:
        console.print(plain(f"{say[f'state_{d.state}']}  {getattr(d.message, language)}  [{d.discrepancy_id[:8]}]", "dim"))


def _print_discrepancy(console: Console, finding: Finding, life: Sequence[Any], say: Words, language: str) -> None:
    from services.cli.formats.text import write_discrepancy
    from services.cli.plain import plain

    d, who = finding.discrepancy, finding.discrepancy.identity
    console.print(plain(_whose(who.issuer, who.fiscal_year, who.kind, who.scope, say), "bold"))
    console.print(plain(f"{d.discrepancy_id}  {say[f'state_{d.state}']}  {say[f'category_{d.category}']}", "dim"))
    write_discrepancy(console, d, finding.titles, say, language)
    console.print(plain(f"\n{say['show_life']}", "bold underline"))
    for event in life:
        figures = " → ".join(filter(None, (event["stated"], event["expected"])))
        version = say["show_version"].format(version=event["version"]) if event["version"] else ""
        state = say[f"state_{event['state']}"]
        console.print(plain(f"{_when(event['seen_at'])}  {state}  {version}  {event['document'][:12]}…  {figures}"))
    console.print(plain(f"\n{say['show_report']} {d.report_id}\n{d.url or ''}", "dim"), soft_wrap=True)


def _print_hits(console: Console, found: dict[str, list[Hit]], sought: Sequence[str], say: Words, limit: int) -> None:
    from services.cli.plain import plain

    for kind, hits in found.items():
        if not hits:
            continue
        console.print(plain(say[f"search_{kind}"], "bold underline"))
        for hit in hits[:limit]:
            head = plain(f"{hit.id[:8]}  ", "cyan")
            head.append_text(plain(_whose(hit.issuer, hit.fiscal_year, hit.report_kind, None, say), "bold"))
            if hit.page:
                head.append_text(plain(f"  {say['page'].format(hit.page)}", "dim"))
            console.print(head)
            console.print(_snippet(hit.text, sought))
        if len(hits) > limit:
            console.print(plain(say["search_more"].format(limit), "yellow"))
        console.print()


def _snippet(text: str, sought: Sequence[str]) -> Text:
    """The passage around the first of the words, all words marked."""
    from services.cli.plain import plain

    flat = " ".join(text.split())
    at = min((place for word in sought if (place := flat.lower().find(word.lower())) >= 0), default=0)
    begin, end = max(0, at - AROUND), at + 2 * AROUND
    shown = plain(f"    {'…' if begin else ''}{flat[begin:end]}{'…' if end < len(flat) else ''}")
    shown.highlight_words(list(sought), "bold yellow", case_sensitive=False)
    return shown


def _whose(issuer: str | None, year: int | None, kind: str | None, scope: str | None, say: Words) -> str:
    parts = (issuer or say["unknown"], year, kind and say[kind], scope and say[scope])
    return " · ".join(str(part) for part in parts if part)


def _when(moment: datetime | None) -> str:
    """To the minute, in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "—"
