"""The services' own logs, kept out of what a command prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Within, only warnings are logged, to standard error; what the broker's client retries is told by nobody."""
    import logging
    import sys

    import structlog

    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    try:
        yield
    finally:
        structlog.configure(**before)
