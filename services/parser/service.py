"""The parser as a service: raw documents → reports. ``python -m services.parser.service``"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import unquote

from pydantic import Field

from schemas.envelope import Message, seal
from schemas.raw import RawDocument
from schemas.report import Report
from schemas.topics import RAW
from services.parser import metrics
from services.parser.layout import Unreadable
from services.parser.pool import WorkerFailed, WorkerPool
from services.runtime import BadInput, Context, Handler, Runtime, Settings, Stage, Unavailable, each, run
from services.runtime.archive import Archive, Damaged

WARM = ("services.parser.report", "services.parser.readers.pdf", "services.parser.readers.html")


class ParserSettings(Settings):
    """What the parser reads from the environment."""

    compression: str | None = Field(
        "zstd",
        pattern="^(|gzip|lz4|zstd)$",
        description="compression of what is sent: a report is a megabyte, which gzip takes fifteen times as long for",
    )
    parser_workers: int = Field(2, gt=0, description="worker processes that read documents")
    parser_seconds: float = Field(
        600.0,
        gt=0,
        description="longest time for one document, seconds (a scanned page takes about 6)",
    )
    parser_memory: int = Field(2048, gt=0, description="memory of one worker, MiB")


def parse(raw: RawDocument, body: bytes, annexes: Sequence[tuple[str, bytes]] = ()) -> Report:
    """The report of a raw document and its annexes (name, bytes); runs in a worker. Raises Unreadable."""
    from services.parser.report import build_report  # the parent never reads: it stays small

    report = build_report(
        body,
        name=unquote(raw.url.rsplit("/", 1)[-1]),
        url=raw.url,
        source=raw.source,
        version=raw.version,
        title=raw.title or raw.link_text,
        published=raw.published,
        annexes=annexes,
    )
    return report.model_copy(update={"fetched_at": raw.fetched_at})


def parse_and_seal(raw: RawDocument, body: bytes, annexes: Sequence[tuple[str, bytes]]) -> tuple[Message, Report]:
    """The report as a message, and what is left of it without its contents, to be counted; runs in a worker.

    A report is a megabyte of small objects: to hand it over as such would cost a tenth of what reading it does.
    """
    report = parse(raw, body, annexes)
    reading = report.reading.model_copy(update={"unbound": ()})
    contents = {"outline": (), "paragraphs": (), "tables": (), "facts": (), "claims": ()}
    return seal(report, source="parser"), report.model_copy(update={"reading": reading, **contents})


@asynccontextmanager
async def opened(runtime: Runtime[ParserSettings]) -> AsyncIterator[Handler]:
    """Warm workers, and the archive for bodies that do not travel in the message."""
    settings = runtime.settings
    archive = Archive(settings.archive_url)
    async with WorkerPool(settings.parser_workers, settings.parser_seconds, settings.parser_memory, WARM) as pool:

        async def handle(raw: RawDocument, _: Context) -> Sequence[Message]:
            body = raw.body if raw.body is not None else await _archived(archive, raw.sha256)
            annexes = [(annex.name or annex.url, await _archived(archive, annex.sha256)) for annex in raw.annexes]
            try:
                message, report = await pool.run(parse_and_seal, raw.model_copy(update={"body": None}), body, annexes)
            except (Unreadable, WorkerFailed) as error:
                raise BadInput(error.reason.code, str(error.reason)) from error
            metrics.count(report)
            return [message]

        yield each(handle)


async def _archived(archive: Archive, sha256: str) -> bytes:
    """A body from the archive. Raises BadInput where the archive answers that it has none, Unavailable where it does not."""
    try:
        return await asyncio.to_thread(archive.get, sha256)
    except FileNotFoundError as error:
        raise BadInput("body-missing", f"the archive has no body {sha256}") from error
    except (Damaged, ValueError) as error:
        raise BadInput("body-damaged", str(error)) from error
    except Exception as error:  # whatever the archive's file system raises
        raise Unavailable(f"archive: {error}") from error


STAGE = Stage(name="parser", inputs=(RAW,), open=opened, settings=ParserSettings)

if __name__ == "__main__":
    run(STAGE)
