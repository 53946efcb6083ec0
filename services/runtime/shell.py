"""Runs a service: settings, logs, metrics, health, signals, drain, exit code."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys
from contextlib import aclosing
from typing import Any, NoReturn

import structlog

from services.runtime import http, logging, tracing
from services.runtime.runtime import Runtime
from services.runtime.settings import Settings, describe
from services.runtime.stage import Source, Stage
from services.runtime.working import work

log = structlog.get_logger()


def run(service: Stage[Any] | Source[Any]) -> NoReturn:
    """The whole program of a service, ``--help`` included. Ends the process: 0 after SIGTERM or SIGINT (and after a source
    has finished), 1 where only a restart can help."""
    parser = argparse.ArgumentParser(
        prog=f"gouji {service.name}",
        description=f"The {service.name} service. It is configured by the environment:\n\n{describe(service.settings)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    settings: Settings = service.settings()
    logging.configure(service.name, level=settings.log_level, form=settings.log_format)
    gc.freeze()  # what is imported stays
    tracer = tracing.provider(service.name, settings.otlp_endpoint)
    code = asyncio.run(_main(service, settings))
    tracer.shutdown()
    sys.stderr.flush()
    # Faust's consumer thread must not decide whether this process ends; everything of ours is closed.
    os._exit(code)


async def _main(service: Stage[Any] | Source[Any], settings: Settings) -> int:
    runtime = Runtime(service.name, settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runtime.stopping.set)
    try:
        async with http.serving(runtime.health, settings.http_host, settings.http_port) as port, aclosing(runtime.producer):
            log.info("started", http=f"http://{settings.http_host}:{port}", pid=os.getpid())
            await work(service, runtime)
    except Exception as error:
        log.exception("service failed")
        runtime.fail(f"{type(error).__name__}: {error}")
    log.info("ended", failure=runtime.health.failure)
    return 1 if runtime.health.failure else 0
