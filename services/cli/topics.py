"""``gouji topics``: the table of topics, and what the broker has of it."""

from __future__ import annotations

from typing import Annotated

import typer

from services.cli.broker import ask
from services.cli.output import send
from services.cli.words import LanguageOption, Words, words

DIFFERENT = 1


def command(
    language: LanguageOption,
    create: Annotated[
        bool, typer.Option("--create", help="Create on the broker what is missing, and say where what is there differs.")
    ] = False,
) -> None:
    """List the topics: what each carries, its key, how long it is kept, who writes and who reads it.

    \b
    gouji topics
    KAFKA_BOOTSTRAP_SERVERS=kafka:9092 gouji topics --create

    --create asks the broker of KAFKA_BOOTSTRAP_SERVERS; GOUJI_TOPIC_PREFIX is put before every name. A topic that is there
    already is never changed.
    Exit code: 0, 1 topics of the broker differ from the table, 2 the broker cannot be reached.
    """
    send(_table(words(language)), None)
    if not create:
        return
    from services.runtime.topics import ensure_topics

    different = ask(ensure_topics)
    send("\n".join(different or [words(language)["topics_same"]]) + "\n", None)
    if different:
        raise typer.Exit(DIFFERENT)


def _table(words: Words) -> str:
    from schemas.topics import DAY_MS, TOPICS
    from services.cli.plain import drawn, grid

    headings = [words[f"topics_{name}"] for name in ("name", "key", "partitions", "kept", "from", "to")]
    kept = words["topics_days"]
    rows = [
        (
            each.name,
            each.key,
            str(each.partitions),
            kept.format(each.retention_ms // DAY_MS),
            each.written_by,
            ", ".join(each.read_by),
        )
        for each in TOPICS
    ]
    return drawn(lambda console: console.print(grid(headings, rows)))
