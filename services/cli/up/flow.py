"""What flows through each stage, read from the services' own metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from rich.table import Table

Samples = list[tuple[str, dict[str, str], float]]


@dataclass(frozen=True)
class Flow:
    """One stage at one moment. ``ready`` is null where the stage does not answer."""

    stage: str
    ready: bool | None = None
    done: int = 0
    published: int = 0
    dead_letters: int = 0
    in_hand: int = 0
    lag: int = 0
    oldest: float = 0.0
    seconds: float = 0.0  # mean time of a message
    restarts: int = 0

    @property
    def quiet(self) -> bool:
        """Nothing waits and nothing is in hand."""
        return self.ready is True and self.lag == 0 and self.in_hand == 0


async def look(session: aiohttp.ClientSession, stage: str, port: int, restarts: int) -> Flow:
    """Ask a service for its metrics and readiness."""
    base = f"http://127.0.0.1:{port}"
    try:
        async with session.get(f"{base}/metrics") as answer:
            samples = _samples(await answer.text())
        async with session.get(f"{base}/readyz") as answer:
            ready = answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return Flow(stage, restarts=restarts)
    seconds = _sum(samples, "gouji_handling_seconds_sum", stage=stage)
    count = _sum(samples, "gouji_handling_seconds_count", stage=stage)
    return Flow(
        stage,
        ready,
        done=int(_sum(samples, "gouji_messages_total", stage=stage, outcome="done")),
        published=int(_sum(samples, "gouji_published_total", stage=stage)),
        dead_letters=int(_sum(samples, "gouji_dead_letters_total", stage=stage)),
        in_hand=int(_sum(samples, "gouji_in_flight", stage=stage)),
        lag=int(_sum(samples, "gouji_lag_messages", stage=stage)),
        oldest=max((value for name, labels, value in samples if name == "gouji_oldest_unprocessed_seconds"), default=0.0),
        seconds=seconds / count if count else 0.0,
        restarts=restarts,
    )


async def look_at_all(session: aiohttp.ClientSession, ports: dict[str, int], restarts: dict[str, int]) -> list[Flow]:
    """All stages at once, in the order of ``ports``."""
    return list(await asyncio.gather(*(look(session, name, port, restarts.get(name, 0)) for name, port in ports.items())))


def _samples(text: str) -> Samples:
    return [(s.name, s.labels, s.value) for family in text_string_to_metric_families(text) for s in family.samples]


def _sum(samples: Samples, name: str, **labels: str) -> float:
    return sum(value for n, have, value in samples if n == name and labels.items() <= have.items())


def draw(flows: Iterable[Flow], caption: str) -> Table:
    """The stages as a table for a terminal."""
    table = Table(title="gouji 勾稽", caption=caption, caption_justify="left")
    for name in ("stage", "state", "done", "published", "waiting", "in hand", "oldest", "mean", "dead letters", "restarts"):
        table.add_column(name, justify="left" if name in {"stage", "state"} else "right")
    for flow in flows:
        state = "[dim]starting[/]" if flow.ready is None else "[green]ready[/]" if flow.ready else "[yellow]waiting[/]"
        table.add_row(
            flow.stage, state, str(flow.done), str(flow.published), str(flow.lag), str(flow.in_hand), f"{flow.oldest:.1f} s",
            f"{flow.seconds * 1000:.0f} ms", f"[red]{flow.dead_letters}[/]" if flow.dead_letters else "0", str(flow.restarts),
        )  # fmt: skip
    return table


def line(flows: Iterable[Flow]) -> str:
    """The stages as one line, for a log."""
    return "  ".join(
        f"{f.stage} {f.done}/{f.published} waiting {f.lag}" + (f" dead {f.dead_letters}" if f.dead_letters else "") for f in flows
    )
