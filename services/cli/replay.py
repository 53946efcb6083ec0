"""``gouji replay``: sends dead letters back to the topics they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.broker import ask
from services.cli.output import fail, send
from services.cli.words import LanguageOption, Words, words

if TYPE_CHECKING:
    from services.runtime.replay import Replayed, Selection
    from services.runtime.settings import Settings

NOT_ALL = 1
REASON = 200
"""Characters of a reason that are shown."""


def command(
    language: LanguageOption,
    stage: Annotated[str | None, typer.Option("--stage", help="Only what this service buried: parser, validator, store.")] = None,
    code: Annotated[
        str | None, typer.Option("--code", help="Only this reason, as in the code column: password, timeout …")
    ] = None,
    origins: Annotated[
        list[str] | None,
        typer.Option("--origin", metavar="TOPIC/PARTITION/OFFSET", help="Only the message read there; may be repeated."),
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Send nothing; list what would be sent.")] = False,
) -> None:
    """Send dead letters back to the topics they came from, each once, with their keys and headers.

    \b
    gouji replay --dry-run                                      what is buried, and why
    gouji replay --stage parser --code timeout                  one kind of failure, after its cause was cured
    gouji replay --origin disclosures.raw.v1/2/1047             one message

    It asks the broker of KAFKA_BOOTSTRAP_SERVERS; GOUJI_TOPIC_PREFIX is put before every topic. What an earlier replay sent
    is not sent again; a message that fails again is a new dead letter, which counts its attempts.
    Exit code: 0 all that was selected is sent back (or would be, or was before), 1 some message could not be, 2 the broker
    cannot be reached, or a wrong option.
    """
    for origin in origins or ():
        topic, _, place = origin.partition("/")
        partition, _, offset = place.partition("/")
        if not topic or not (partition.isdecimal() and offset.isdecimal()):
            fail(f"--origin takes topic/partition/offset, not {origin!r}; gouji replay --dry-run lists them")
    from services.runtime.replay import Selection

    selection = Selection(stage, code, frozenset(origins) if origins else None)
    done = ask(lambda settings: _replay(settings, selection, send_back=not dry))
    send(_table(done, words(language), dry=dry), None)
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
