"""Runs everything for a minute under a real Prometheus and writes what every panel's query answered: docs/dashboards.md.

Usage: ``python -m deploy.grafana.show`` (about two minutes; needs Java for Kafka and Debian's Prometheus or one on the PATH).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from deploy.grafana.generate import Panel, described, panels
from deploy.inventory import PROMETHEUS
from deploy.local.parts import LocalParts
from deploy.local.prometheus import LocalPrometheus
from deploy.local.samples.site import SAMPLE_REGISTER, SampleSite
from schemas.ids import document_id
from schemas.raw import RawDocument
from services.cli.up.pipeline import Pipeline
from services.cli.up.session import SAMPLE_SOURCES
from services.runtime.producer import Producer

PAGE = Path(__file__).parents[2] / "docs" / "dashboards.md"
MINUTE = 60.0
SECOND_DAY = 4  # after so many unreadable documents
SUBSCRIPTIONS = """\
subscriptions:
  - id: desk
    webhook: {{url: "{url}", local: true, secret: {{env: SHOW_SECRET}}}}
"""
STANDS_FOR = {"$__rate_interval": "30s", "$__range": "10m"}
"""Grafana's variables, as it would set them for two-second scrapes."""
MOST = 6  # series shown of each query


@dataclass(frozen=True)
class Answer:
    """What a query of a panel answered: series by legend, in the order of their values."""

    panel: Panel
    legend: str
    expression: str
    series: tuple[tuple[str, float], ...]


def query_of(expression: str) -> str:
    """A panel's query as it is put to Prometheus."""
    for variable, value in STANDS_FOR.items():
        expression = expression.replace(variable, value)
    return expression


def ask(prometheus: LocalPrometheus) -> list[Answer]:
    """Every query of every panel, now. Raises ValueError for one that Prometheus does not understand."""
    found = []
    for panel in panels():
        for legend, expression in panel.queries.items():
            result = prometheus.get("query", query=query_of(expression))["result"]
            named = [(_named(legend, each["metric"]), float(each["value"][1])) for each in result]
            # not a number: a share of nothing
            known = sorted(((name, value) for name, value in named if value == value), key=lambda pair: -pair[1])
            found.append(Answer(panel, legend, expression, tuple(known)))
    return found


def _named(legend: str, labels: Mapping[str, str]) -> str:
    for name, value in labels.items():
        legend = legend.replace("{{" + name + "}}", value)
    return re.sub(r"\{\{\w+\}\}", "-", legend)


@contextlib.asynccontextmanager
async def watched(parts: LocalParts, home: Path, *, prefix: str = "", dsn: str = "") -> AsyncIterator[LocalPrometheus]:
    """The sample site crawled, every service at work, one document that nobody can read, a subscriber - and Prometheus."""
    site, desk = SampleSite(), _Desk()
    sources, subscriptions = home / "sources.yaml", home / "subscriptions.yaml"
    sources.write_text(SAMPLE_SOURCES.format(url=await site.start(), register=SAMPLE_REGISTER), encoding="utf-8")
    subscriptions.write_text(SUBSCRIPTIONS.format(url=await desk.start()), encoding="utf-8")
    secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    environment = {"GOUJI_TOPIC_PREFIX": prefix, "SHOW_SECRET": secret}
    pipeline = Pipeline(home, parts.bootstrap, dsn or parts.dsn, sources, environment, subscriptions)
    prometheus = LocalPrometheus(home / "prometheus", _configuration(home, pipeline.ports))
    await asyncio.to_thread(prometheus.start)
    try:
        async with pipeline.running(), contextlib.aclosing(Producer("fetcher", pipeline.settings())) as producer:
            await asyncio.sleep(5)  # counters begin at 0 for Prometheus too
            pipeline.watch()
            going_on = asyncio.create_task(_go_on(site, producer))
            yield prometheus
            going_on.cancel()
            await asyncio.wait({going_on})
    finally:
        await asyncio.to_thread(prometheus.stop)
        await desk.stop()
        await site.stop()


async def until_answered(prometheus: LocalPrometheus, *, least: float, most: float) -> list[Answer]:
    """The last answer of every query that had one, once ``least`` seconds have gone by and each has, or after ``most``."""
    began = time.monotonic()
    kept: dict[tuple[str, str], Answer] = {}
    while True:
        await asyncio.sleep(2)
        for answer in await asyncio.to_thread(ask, prometheus):
            query = (answer.panel.title, answer.expression)
            kept[query] = answer if answer.series else kept.get(query, answer)
        waited = time.monotonic() - began
        if waited > most or (waited > least and all(answer.series for answer in kept.values())):
            return list(kept.values())


def _configuration(home: Path, ports: Mapping[str, int]) -> Path:
    """Prometheus over these services, with the real rules, in quick steps."""
    targets = [{"targets": [f"127.0.0.1:{port}"], "labels": {"service": name}} for name, port in ports.items()]
    file = home / "prometheus.yml"
    content: dict[str, Any] = {
        "global": {"scrape_interval": "2s", "evaluation_interval": "2s"},
        "rule_files": [str(PROMETHEUS / "rules" / "*.yml")],
        "scrape_configs": [{"job_name": "gouji", "static_configs": targets}],
    }
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


async def _go_on(site: SampleSite, producer: Producer) -> None:
    """Now and then a document that nobody can read, and after a while the site's second day: rates are of what happens."""
    for number in range(60):
        await producer.publish([_unreadable(number)])
        await asyncio.sleep(5)
        if number == SECOND_DAY:
            site.next_day()


def _unreadable(number: int) -> RawDocument:
    body = b"\x00" * (64 + number)
    return RawDocument(
        url=f"http://127.0.0.1/nothing-{number}.pdf",
        fetched_at=datetime.now(UTC),
        media_type="application/octet-stream",
        sha256=document_id(body),
        size=len(body),
        source="sample",
        body=body,
    )


class _Desk:
    """A subscriber that takes what it is given."""

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _take(self, _: web.Request) -> web.Response:
        return web.Response(status=204)


def page(answers: list[Answer]) -> str:
    """docs/dashboards.md."""
    lines = [
        "# Dashboards",
        "",
        "Four, provisioned by `deploy/grafana/provisioning`, made of `deploy/grafana/dashboards.yaml` by",
        "`python -m deploy.grafana.generate`. There is no Grafana where this is built, so no picture: below is what each panel",
        "asks and what a real Prometheus answered that had scraped everything at work on the sample site for a minute",
        "(unreadable documents sent in besides). Made by `python -m deploy.grafana.show`; a test asks the same.",
    ]
    for key, dashboard in described().items():
        lines += ["", f"## {dashboard['title']}", "", f"`deploy/grafana/dashboards/{key}.json`"]
        row = None
        for answer in (each for each in answers if each.panel.dashboard == key):
            if answer.panel.row != row:
                row = answer.panel.row
                lines += ["", f"### {row}", "", "| panel | asks | answered |", "|---|---|---|"]
            shown = "<br>".join(f"{name}: {value:.4g}" for name, value in answer.series[:MOST])
            more = f"<br>and {len(answer.series) - MOST} more" if len(answer.series) > MOST else ""
            title = f"**{answer.panel.title}** ({answer.panel.unit})"
            expression = " ".join(answer.expression.split()).replace("|", "\\|")
            lines.append(f"| {title}<br>{answer.panel.help} | `{expression}` | {shown}{more} |")
    return "\n".join(lines) + "\n"


async def _show() -> int:
    with tempfile.TemporaryDirectory(prefix="gouji-show-") as scratch, LocalParts(Path(scratch)) as parts:
        async with watched(parts, Path(scratch)) as prometheus:
            answers = await until_answered(prometheus, least=MINUTE, most=5 * MINUTE)
    silent = [f"{a.panel.dashboard} / {a.panel.title} / {a.expression}" for a in answers if not a.series]
    if silent:
        sys.stderr.write("no data for:\n" + "\n".join(silent) + "\n")
        return 1
    PAGE.write_text(page(answers), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_show()))
