"""The parser stage: a raw document in, a report out; body from the message or the archive; every failure a reason."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.envelope import Message, unseal
from schemas.ids import document_id
from schemas.raw import Annex, RawDocument
from schemas.report import Report
from schemas.topics import RAW
from services.parser.service import STAGE, ParserSettings, parse
from services.runtime import BadInput, Handler, Runtime, Unavailable
from services.runtime.archive import Archive
from tests.parser.test_report import TEXT

BODY = TEXT.encode()


def raw(body: bytes = BODY, *, inline: bool = True, sha256: str | None = None, **about: object) -> RawDocument:
    return RawDocument.model_validate(
        {
            "url": "https://example.org/doc/1.txt",
            "fetched_at": datetime(2026, 1, 1, tzinfo=UTC),
            "media_type": "text/plain",
            "sha256": sha256 or document_id(body),
            "size": len(body),
            "source": "qingshan",
            "version": 3,
            "body": body if inline else None,
            **about,
        }
    )


class Given:
    """What a handler is given: the event, and a context that the parser does not look at."""

    def __init__(self, event: RawDocument) -> None:
        self.event = event
        self.context = None


def stage(archive: Path, **settings: float) -> AbstractAsyncContextManager[Handler]:
    """The opened stage, with one worker and its archive in a directory."""
    return STAGE.open(Runtime("parser", ParserSettings(archive_url=str(archive), parser_workers=1, **settings)))  # type: ignore[arg-type]


async def handle(handler: Handler, event: RawDocument) -> Report:
    (message,) = await handler([Given(event)])  # type: ignore[list-item]
    assert isinstance(message, Message)
    return unseal(Report, message.value, message.headers)


async def test_a_document_becomes_a_report_and_one_that_hangs_or_is_none_stops_nothing(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    head, tables = (part.encode() for part in TEXT.split("第二部分"))
    archive.put(head)
    annex = Annex(
        url="https://example.org/2.txt", name="附表.txt", media_type="text/plain", sha256=archive.put(tables), size=len(tables)
    )
    async with stage(tmp_path, parser_seconds=20) as handler:
        report = await handle(handler, raw(title="青山县水务局2022年度部门决算"))
        assert (report.url, report.source, report.version) == ("https://example.org/doc/1.txt", "qingshan", 3)
        assert (report.identity.issuer, report.fetched_at) == ("青山县水务局", raw().fetched_at)

        # a large body and an annex come from the archive
        assert len((await handle(handler, raw(head, inline=False, annexes=(annex,)))).tables) == 1

        with pytest.raises(BadInput) as refused:
            await handle(handler, raw(b"\0" * 400))
        assert refused.value.code == "unknown"
        assert "零字节" in refused.value.reason and "zero bytes" in refused.value.reason


async def test_a_document_that_takes_too_long_is_bad_input(tmp_path: Path) -> None:
    async with stage(tmp_path, parser_seconds=0.05) as handler:  # less than a worker needs to read anything
        with pytest.raises(BadInput) as refused:
            await handle(handler, raw((TEXT * 200).encode()))
    assert refused.value.code == "timedout"


@pytest.mark.parametrize(("sha256", "code"), [(None, "body-missing"), ("nonsense", "body-damaged")])
async def test_a_body_that_the_archive_does_not_have_is_bad_input(tmp_path: Path, sha256: str | None, code: str) -> None:
    async with stage(tmp_path) as handler:
        with pytest.raises(BadInput) as refused:
            await handle(handler, raw(inline=False, sha256=sha256))
    assert refused.value.code == code


async def test_an_archive_that_is_away_is_waited_for(tmp_path: Path) -> None:
    blocked = tmp_path / "archive"
    blocked.write_text("a file where the directory should be")
    async with stage(blocked) as handler:
        with pytest.raises(Unavailable):
            await handle(handler, raw(inline=False))


def test_the_stage_reads_raw_documents() -> None:
    assert STAGE.inputs == (RAW,)
    assert parse(raw(), BODY).document == document_id(BODY)


def test_help_names_the_parsers_own_settings() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "services.parser.service", "--help"], capture_output=True, text=True, check=True
    )
    assert "GOUJI_PARSER_WORKERS" in shown.stdout
