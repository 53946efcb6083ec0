"""``gouji replay``: sends dead letters back, or archived documents and stored reports through the pipeline once more."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.broker import ask
from services.cli.database import DATA, DataOption, asking
from services.cli.output import fail, send
from services.cli.words import LanguageOption, Words, words

if TYPE_CHECKING:
    import asyncpg

    from services.runtime.replay import Replayed, Selection
    from services.runtime.settings import Settings
    from services.store.archived import Found

NOT_ALL = 1
REASON = 200
"""Characters of a reason that are shown."""


class Origin(StrEnum):
    """What is sent once more."""

    DEAD_LETTERS = "dead-letters"
    RAW = "raw"
    REPORTS = "reports"


def command(
    language: LanguageOption,
    origin: Annotated[
        Origin,
        typer.Option("--from", help="dead-letters: what failed. raw: documents, read anew. reports: checked anew."),
    ] = Origin.DEAD_LETTERS,
    stage: Annotated[
        str | None, typer.Option("--stage", help="Dead letters: only what this service buried: parser, validator, store …")
    ] = None,
    code: Annotated[
        str | None, typer.Option("--code", help="Dead letters: only this reason, as in the code column: password, timeout …")
    ] = None,
    origins: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", metavar="TOPIC/PARTITION/OFFSET", help="Dead letters: only the message read there; may be repeated."
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], help="Raw, reports: documents found on this day (UTC) or later; must be given."
        ),
    ] = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="Raw, reports: only bodies with this in their name.")] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Send nothing; list what would be sent.")] = False,
    data: DataOption = DATA,
) -> None:
    """Send something through the pipeline once more: what failed, or everything since a day, after the code got better.

    \b
    gouji replay --dry-run                                      dead letters: what is buried, and why
    gouji replay --stage parser --code timeout                  one kind of failure, after its cause was cured
    gouji replay --origin disclosures.raw.v1/2/1047             one message
    gouji replay --from raw --since 2025-07-01                  read and check archived documents anew
    gouji replay --from reports --since 2025-07-01              check reports anew, after a rule was changed

    It asks the broker of KAFKA_BOOTSTRAP_SERVERS; GOUJI_TOPIC_PREFIX is put before every topic. Dead letters: each is sent
    back once, with its key and headers; what an earlier replay sent is not sent again, and a message that fails again is a
    new dead letter, which counts its attempts. Raw and reports are listed in the database of DATABASE_URL, else in the one
    that gouji up keeps; bodies come from GOUJI_ARCHIVE_URL. Nothing is written twice: only what the better code sees
    differently changes. A report that its topic holds no longer (30 days) is read anew from the archive.
    Exit code: 0 all that was selected is sent (or would be, or was before), 1 some message could not be, 2 the broker or the
    database cannot be reached, or a wrong option.
    """
    if origin is Origin.DEAD_LETTERS:
        if since or issuer:
            fail("--since and --issuer are for --from raw and --from reports")
        _send_back(stage, code, origins, words(language), dry=dry)
        return
    if stage or code or origins:
        fail("--stage, --code and --origin are for dead letters")
    if since is None:
        fail(f"--from {origin.value} needs --since")
    from services.store.archived import Found

    _work_again(origin, Found(since.replace(tzinfo=UTC), issuer), data, words(language), dry=dry)


def _send_back(stage: str | None, code: str | None, origins: list[str] | None, words: Words, *, dry: bool) -> None:
    for origin in origins or ():
        topic, _, place = origin.partition("/")
        partition, _, offset = place.partition("/")
        if not topic or not (partition.isdecimal() and offset.isdecimal()):
            fail(f"--origin takes topic/partition/offset, not {origin!r}; gouji replay --dry-run lists them")
    from services.runtime.replay import Selection

    selection = Selection(stage, code, frozenset(origins) if origins else None)
    done = ask(lambda settings: _replay(settings, selection, send_back=not dry))
    send(_table(done, words, dry=dry), None)
    if any(each.outcome in ("gone", "foreign") for each in done):
        raise typer.Exit(NOT_ALL)


async def _replay(settings: Settings, selection: Selection, *, send_back: bool) -> list[Replayed]:
    """What became of each, with a count on standard error where that is a terminal."""
    from rich.console import Console

    from services.runtime.replay import replay

    done = []
    with Console(stderr=True).status("…") as status:
        async for each in replay(settings, selection, send=send_back):
            done.append(each)
            status.update(f"{len(done)}  {each.origin}")
    return done


def _table(done: list[Replayed], words: Words, *, dry: bool) -> str:
    from services.cli.plain import drawn, grid

    if not done:
        return words["replay_none"] + "\n"
    sent = words["replay_would" if dry else "replay_sent"]
    headings = [words[f"replay_{name}"] for name in ("origin", "stage", "code", "reason", "outcome")]
    rows = []
    for each in done:
        letter = each.letter
        reason = letter.reason if len(letter.reason) <= REASON else letter.reason[: REASON - 1] + "…"
        rows.append(
            (each.origin, letter.stage, letter.code, reason, sent if each.outcome == "sent" else words[f"replay_{each.outcome}"])
        )
    count = sum(each.outcome == "sent" for each in done)
    total = words["replay_total"].format(len(done), count, sent)
    return drawn(lambda console: console.print(grid(headings, rows), total, sep="\n"))


def _work_again(origin: Origin, found: Found, data: Path, words: Words, *, dry: bool) -> None:
    done = ask(
        lambda settings: asking(data, lambda connection: _again(settings, connection, origin, found, words, data, dry=dry))
    )
    lines = [words[f"again_would_{name}" if dry and name != "gone" else f"again_{name}"].format(n) for name, n in done.items()]
    send("".join(f"{line}\n" for line in lines) or words["again_none"] + "\n", None)
    if done["gone"]:
        raise typer.Exit(NOT_ALL)


async def _again(
    settings: Settings, connection: asyncpg.Connection, origin: Origin, found: Found, words: Words, data: Path, *, dry: bool
) -> Counter[str]:
    """How many documents came to each outcome; in a dry run, and where a body is gone, each is named."""
    from services.cli.again import Outcome, check_again, read_again
    from services.cli.plain import plain

    if "archive_url" not in settings.model_fields_set and (data / "archive").is_dir():
        settings = settings.model_copy(update={"archive_url": str(data / "archive")})
    work = read_again if origin is Origin.RAW else check_again
    done: Counter[str] = Counter()
    async with aclosing(work(settings, connection, found, send=not dry)) as each_one:
        async for each in each_one:
            done[each.outcome] += 1
            if dry or each.outcome is Outcome.GONE:
                send(f"{words[f'again_{each.outcome}_one']}  {each.document[:12]}  {plain(each.name)}\n", None)
    return done
