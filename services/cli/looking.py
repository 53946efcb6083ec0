"""What ``sources try`` and ``fetch`` share: by whose rules an address is asked for, and how it is told what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.cli.output import fail
from services.cli.tabular import Form, Row, as_csv, as_json, as_table
from services.cli.words import Words

if TYPE_CHECKING:
    from services.fetcher.found import Found, Kept
    from services.fetcher.once import Look
    from services.fetcher.sources import Source

FOUND_NOTHING = 1
COLUMNS = ("role", "change", "title", "published", "media_type", "size", "url")


def by_rules_of(name: str, url: str, sources: Path, *, local: bool) -> Source:
    """The source called ``name``; where that is an address, one that begins at ``url`` and is not said more of.

    Ends the command where there is none.
    """
    from pydantic import ValidationError

    from services.cli.sources import loaded
    from services.fetcher.once import SOURCE
    from services.fetcher.sources import Source

    if "://" not in name:
        found = {source.id: source for source in loaded(sources)}
        if name not in found:
            fail(f"{sources} has no source {name!r}; it has {', '.join(sorted(found)[:20])}")
        return found[name]
    try:
        return Source.model_validate({"id": SOURCE, "start": [url], "local": local})
    except ValidationError as error:
        fail(f"{url.rpartition('@')[2]}: {error.errors()[0]['msg']}")


def agent() -> str:
    """How we present ourselves."""
    from services.fetcher.service import FetcherSettings

    return FetcherSettings().user_agent


def rows(look: Look) -> list[dict[str, Any]]:
    """One row a document or annex."""
    out = []
    for found, change in look.documents:
        out.append(_row("main", change.value, found, found.file, found.title or found.link_text or found.file.name))
        out += [_row("annex", change.value, found, annex, annex.name) for annex in found.annexes]
    return out


def shown(found: Sequence[Row], form: Form, say: Words) -> str:
    """The rows as they were asked for."""
    if form is Form.JSON:
        return as_json(found)
    if form is Form.CSV:
        return as_csv(found, COLUMNS)
    from services.cli.plain import drawn

    told = [
        {**row, "role": say[f"look_{row['role']}"], "change": say[f"change_{row['change']}"], "size": f"{row['size']:,}"}
        for row in found
    ]
    headings = [say[f"look_{name}"] for name in COLUMNS]
    return drawn(lambda console: console.print(as_table(told, COLUMNS, headings) if told else say["look_nothing"]))


def problems(look: Look, say: Words) -> str:
    """What was asked for, and what brought nothing, by its reason."""
    reasons = Counter(missed.reason for _, missed in look.missed)
    lines = [say["look_asked"].format(len(look.results), len(look.documents))]
    for reason, count in reasons.most_common():
        example = next(url for url, missed in look.missed if missed.reason == reason)
        lines.append(f"  {reason} {count}: {example}")
    return "".join(f"{line}\n" for line in lines)


def _row(role: str, change: str, found: Found, kept: Kept, title: str | None) -> dict[str, Any]:
    return {
        "role": role,
        "change": change,
        "title": title,
        "published": found.published,
        "media_type": kept.media_type,
        "size": kept.size,
        "url": kept.url,
        "name": kept.name,
        "sha256": kept.sha256,
        "page": found.referrer,
    }
