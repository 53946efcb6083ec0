"""``/metrics``, ``/healthz`` and ``/readyz``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.runtime import metrics
from services.runtime.health import Health


@asynccontextmanager
async def serving(health: Health, host: str, port: int) -> AsyncIterator[int]:
    """Serve while inside; yields the port (``port`` 0 takes a free one). Raises OSError where the port is taken."""

    async def exposition(_: web.Request) -> web.Response:
        metrics.READY.set(health.ready)
        return web.Response(body=generate_latest(metrics.REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def alive(_: web.Request) -> web.Response:
        body = {"alive": health.failure is None, "failure": health.failure}
        return web.json_response(body, status=503 if health.failure else 200)

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"ready": health.ready, "lacking": health.lacking}, status=200 if health.ready else 503)

    application = web.Application()
    application.add_routes([web.get("/metrics", exposition), web.get("/healthz", alive), web.get("/readyz", ready)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
