"""What was read of a document, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Drawing
from rich.tree import Tree

from schemas.place import Place
from schemas.report import Claim, Column, ColumnRole, Fact, Report, RowRole, Table
from services.cli.describe import dimensions
from services.cli.plain import plain
from services.cli.words import Words
from services.cli.words import words as words_of


@dataclass(frozen=True)
class Parts:
    """What to show; ``tables`` are indexes, None for none of this part."""

    outline: bool
    tables: list[int] | None
    claims: bool
    unbound: bool
    quality: bool


def show(console: Console, report: Report, parts: Parts, language: str) -> None:
    """Print the parts."""
    words = words_of(language)
    identity = report.identity
    who = (identity.issuer, identity.fiscal_year, words[identity.kind or "unknown"], words[identity.scope or "unknown"])
    console.print(plain(" · ".join(str(part or words["unknown"]) for part in who), "bold"))
    for title, content in _chosen(report, parts, words):
        console.print()
        console.print(plain(title, "bold underline"))
        console.print(content)


def _chosen(report: Report, parts: Parts, words: Words) -> Iterator[tuple[str, RenderableType]]:
    if parts.outline:
        yield words["read_outline"], _outline(report)
    if parts.tables is not None:
        drawn: list[RenderableType] = [_table(report.tables[index], words) for index in parts.tables]
        yield words["read_tables"], Group(*drawn) if drawn else words["read_nothing"]
    if parts.claims:
        facts = {fact.id: fact for fact in report.facts}
        claims: list[RenderableType] = [_claim(claim, facts, words) for claim in report.claims]
        yield words["read_claims"], Group(*claims) if claims else words["read_nothing"]
    if parts.unbound:
        lines = [plain(f"{mention.text}  {where(mention.place, report, words)}") for mention in report.reading.unbound]
        yield words["read_unbound"], Group(*lines) if lines else words["read_nothing"]
    if parts.quality:
        lines = [plain(quality(report, words)), *(plain(warning, "yellow") for warning in report.reading.warnings)]
        lines += [plain(conflict, "yellow") for conflict in report.identity.conflicts]
        yield words["read_quality"], Group(*lines)


def quality(report: Report, words: Words) -> str:
    """How well the document was read, in one sentence."""
    reading = report.reading
    return words["read_counts"].format(
        pages=reading.pages,
        unreadable=len(reading.unreadable_pages),
        ocr=len(reading.ocr_pages),
        tables=reading.tables_found,
        recognised=reading.tables_recognised,
        table=reading.table_numbers,
        table_bound=reading.table_numbers_bound,
        text=reading.narrative_numbers,
        text_bound=reading.narrative_numbers_bound,
        reader=reading.reader or "—",
    )


def where(place: Place, report: Report, words: Words) -> str:
    """A place in words: page, table, row and column, or the paragraph's beginning."""
    parts = [words["page"].format(place.page)] if place.page is not None else []
    if place.table is not None and place.table < len(report.tables):
        parts.append(f"{words['table']} {place.table + 1} {report.tables[place.table].title or ''}".rstrip())
        parts.append(f"[{(place.row or 0) + 1}, {(place.column or 0) + 1}]")
    elif place.paragraph is not None and place.offset is not None:
        text = report.paragraphs[place.paragraph].text
        parts.append(f"…{text[max(0, place.offset - 20) : place.offset + 20]}…")
    return " ".join(parts)


def _outline(report: Report) -> Tree:
    root = Tree(plain(report.identity.title or ""))
    nodes: dict[int, Tree] = {}
    for index, section in enumerate(report.outline):
        above = nodes.get(section.parent, root) if section.parent is not None else root
        title = section.title if len(section.title) <= 60 else section.title[:59] + "…"
        number = section.number or ""
        nodes[index] = above.add(plain(title if title.startswith(number) else f"{number} {title}"))
    return root


def _table(table: Table, words: Words) -> RenderableType:
    """The grid as printed, amounts to the right, under the words of what its columns are."""
    facts = (f"{table.index + 1}. {table.title or ''}", table.kind or words["unknown"], table.unit)
    pages = words["page"].format("–".join(map(str, sorted({table.pages[0], table.pages[-1]})))) if table.pages else None
    drawing = Drawing(
        title=plain("  ".join(part for part in (*facts, pages) if part), "bold"),
        title_justify="left",
        show_lines=False,
        expand=False,
    )
    for index in range(table.n_columns):
        columns = [column for column in table.columns if column.index == index]
        amounts = any(column.role is ColumnRole.VALUE for column in columns)
        head = plain("\n".join(_column(column) for column in columns) or " ", "cyan")
        drawing.add_column(head, justify="right" if amounts else "left", overflow="fold")
    rows: dict[int, dict[int, str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, {})[cell.column] = " ".join(cell.text.split())
    styles = {row.row: {RowRole.TOTAL: "bold", RowRole.NOTE: "dim"}.get(row.role, "") for row in table.rows}
    for row in range(table.n_rows):
        texts = rows.get(row, {})
        style = "dim" if row < table.header_rows else styles.get(row, "")
        drawing.add_row(*(plain(texts.get(column, "")) for column in range(table.n_columns)), style=style)
    below = [*table.notes, *(identity.text for identity in table.identities), *(f"? {doubt}" for doubt in table.doubts)]
    return Padding(Group(drawing, *(plain(line, "dim") for line in dict.fromkeys(below))), (0, 0, 1, 0))


def _column(column: Column) -> str:
    """What the column is: its role, or for amounts the dimensions that it fixes."""
    if column.role is not ColumnRole.VALUE:
        return column.role.value
    return " ".join(value for value in column.dimensions.values()) or column.role.value


def _claim(claim: Claim, facts: dict[str, Fact], words: Words) -> RenderableType:
    """The kind of the claim, its quote, and for each role the numbers that play it."""
    head = plain(words[f"claim_{claim.kind}"], "bold cyan")
    for extra in (claim.relation and words.get(f"relation_{claim.relation}", claim.relation), claim.partial and "…"):
        head.append(f" {extra}" if extra else "")
    head.append_text(plain(f"  「{claim.quote}」"))
    lines = []
    for role, players in claim.roles.items():
        for player in players:
            if player in facts:
                shown = "，".join(dimensions(facts[player], words).values())
                lines.append(plain(f"    {words.get(f'role_{role}', role)}: {facts[player].text.strip()}  {shown}", "dim"))
    return Group(head, *lines)
