"""One ``gouji up``: starts the parts and the pipeline, shows the flow, and says what was found."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.live import Live

from deploy.local.errors import NoBroker, PartError
from deploy.local.parts import LocalParts
from deploy.local.samples.site import SAMPLE_REGISTER, SampleSite
from services.cli.output import WRONG
from services.cli.sources import mistakes_in
from services.cli.up.flow import draw, line
from services.cli.up.pipeline import Pipeline

SAMPLE_SOURCES = """\
sources:
  - id: sample
    publisher: 云溪市青禾区人民政府（示例）
    region: 青禾区
    start: [{url}]
    schedule: {{interval: 30s, busy: []}}
    local: true
    limits: {{pause: 0s}}
    registers: [{register}]
"""
LOOK_SECONDS = 0.5


class Session:
    """``once``: crawl once and end when all is quiet; else run until stopped."""

    def __init__(
        self, directory: Path, sources: Path | None, subscriptions: Path | None = None, *, once: bool, language: str
    ) -> None:
        self.directory = directory
        self.sources = sources
        self.subscriptions = subscriptions
        self.once = once
        self.language = language
        self.out = Console(highlight=False)
        self._site = SampleSite()
        self._note = ""

    async def run(self) -> int:
        """The exit code."""
        if self.sources is not None and (mistakes := mistakes_in(self.sources)):
            self.out.print("\n".join(mistakes), markup=False)
            return WRONG
        self.directory.mkdir(parents=True, exist_ok=True)
        parts = LocalParts(self.directory)
        try:
            with self.out.status("Kafka and PostgreSQL are starting (the first time, Kafka is downloaded)…"):
                await asyncio.to_thread(parts.start)
        except NoBroker as reason:
            self.out.print(f"[yellow]{reason}[/]\nRunning the same cores in this process, without Kafka.")
            from services.cli.up.direct import run_directly

            async with self._sources() as sources:
                return await run_directly(sources, self.directory, self.out, self.language)
        except PartError as error:
            self.out.print(f"[bold red]{error}[/]")
            return 1
        try:
            async with self._sources() as sources:
                return await self._run(parts, sources)
        finally:
            await asyncio.to_thread(parts.stop)

    @contextlib.asynccontextmanager
    async def _sources(self) -> AsyncIterator[Path]:
        """The sources file: the one given, or one that names the sample site, which then is served."""
        if self.sources is not None:
            yield self.sources
            return
        listing = await self._site.start()
        file = self.directory / "sample-sources.yaml"
        file.write_text(SAMPLE_SOURCES.format(url=listing, register=SAMPLE_REGISTER), encoding="utf-8")
        try:
            yield file
        finally:
            await self._site.stop()

    async def _run(self, parts: LocalParts, sources: Path) -> int:
        # the sample register is of the past: what is missing in it is missing at once
        environment = {} if self.sources is not None else {"GOUJI_REGISTER_GRACE_SECONDS": "0"}
        pipeline = Pipeline(self.directory, parts.bootstrap, parts.dsn, sources, environment, self.subscriptions)
        began = time.monotonic()
        async with pipeline.running():
            where = "  ".join(f"{name} http://127.0.0.1:{port}/metrics" for name, port in pipeline.ports.items())
            self.out.print(
                f"Kafka {parts.bootstrap}   PostgreSQL {parts.dsn}\n{where}\nlogs in {self.directory / 'services'}", style="dim"
            )
            if self.once:
                code = await self._shown(pipeline, self._once(pipeline))
                from services.cli.up.found import print_found

                await print_found(self.out, pipeline, self.language, seconds=time.monotonic() - began)
            else:
                pipeline.watch()
                code = await self._shown(pipeline, self._forever())
        return code

    async def _once(self, pipeline: Pipeline) -> int:
        rounds = 1 if self.sources is not None else 2
        for day in range(1, rounds + 1):
            if day == 2:
                self._site.next_day()
                self._note = "the sample site has published a corrected version"
            else:
                self._note = "crawling every source once"
            code = await pipeline.crawl_once()
            if code:
                self.out.print(f"[bold red]the fetcher failed ({code}); see {pipeline.children['fetcher'].log}[/]")
                return 1
            while not await pipeline.settled():
                await asyncio.sleep(LOOK_SECONDS)
        return 0

    async def _forever(self) -> int:
        """Until a signal ends the process; on the sample site, the second day comes after a while."""
        if self.sources is None:
            await asyncio.sleep(45)
            self._site.next_day()
            self._note = "the sample site has published a corrected version"
        await asyncio.Event().wait()
        return 0

    async def _shown(self, pipeline: Pipeline, work: Awaitable[int]) -> int:
        """Do the work and show the flow meanwhile: a live table on a terminal, a line now and then elsewhere."""
        doing = asyncio.ensure_future(work)
        timeout = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
                with Live(console=self.out, auto_refresh=False) as live:
                    while not doing.done():
                        live.update(draw(await pipeline.flows(session), self._note), refresh=True)
                        await asyncio.wait((doing,), timeout=LOOK_SECONDS)
            else:
                said = ""
                while not doing.done():
                    now = line(await pipeline.flows(session))
                    if now != said:
                        self.out.print(now)
                        said = now
                    await asyncio.wait((doing,), timeout=4 * LOOK_SECONDS)
        return await doing
