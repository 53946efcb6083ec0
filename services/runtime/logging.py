"""Logs: one JSON object a line, with what is being handled. Other libraries' logs take the same form."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from services.runtime.received import Received


def configure(service: str, *, level: str, form: str) -> None:
    """Everything this process logs goes to standard error, as JSON or, with ``form="console"``, for people."""

    def name(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        line["service"] = service
        return line

    shared: list[structlog.typing.Processor] = [
        name,  # not a context variable: the broker client's thread has contexts of its own
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[structlog.typing.Processor] = (
        # plain tracebacks: the pretty ones print local variables, whole documents among them
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("faust", "mode", "aiokafka", "services.runtime.exact"):  # their INFO is no news; their WARNING is
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


@contextmanager
def about(batch: Sequence[Received[Any]], trace: str) -> Iterator[None]:
    """Log lines within carry what is being handled: the message of a batch of one, else the batch's beginning and size.

    ``document`` is the document's sha256 where the event names one.
    """
    first = batch[0]
    message = first.context.message
    where: dict[str, Any] = {
        "trace_id": trace,
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
    }
    if len(batch) == 1:
        document = getattr(first.event, "document", None) or getattr(first.event, "sha256", None)
        where |= {"subject": message.header("ce_subject"), "document": document}
    else:
        where |= {"messages": len(batch)}
    with structlog.contextvars.bound_contextvars(**where):
        yield
