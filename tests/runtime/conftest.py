"""A bench for every test: topics of its own, and no probe left running."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.runtime.bench import Bench


@pytest.fixture
async def bench(kafka: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with Bench.opened(kafka, topic_prefix, tmp_path) as bench:
        yield bench


@pytest.fixture
async def narrow(kafka: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """A bench whose input has one partition: of two workers one is idle."""
    async with Bench.opened(kafka, topic_prefix, tmp_path, partitions=1) as bench:
        yield bench
