"""Child processes that are kept running: one a service, restarted with backoff, ended with their parent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.process import GUARD

GRACE = 30.0  # seconds a service has to drain
STEADY = 30.0  # seconds after which a start counts as a success and the backoff begins anew


@dataclass
class Child:
    """One service process: ``python -m module``, its log in ``directory``.

    ``starts`` counts its starts, ``stopping`` is set while it is being ended on purpose.
    """

    name: str
    module: str
    directory: Path
    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    starts: int = 0
    exit_code: int | None = None
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def log(self) -> Path:
        return self.directory / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """The service's own process id, once it has started."""
        try:
            return int(self._pid_file.read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None

    @property
    def _pid_file(self) -> Path:
        return self.directory / f"{self.name}.pid"

    async def start(self) -> None:
        """Start it once, under a guard that ends it when this process goes, however it goes."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._pid_file.unlink(missing_ok=True)
        guard = {
            "parent": os.getpid(),
            "pid_file": str(self._pid_file),
            "stop_signal": int(signal.SIGTERM),
            "grace": GRACE,
            "account": None,
        }
        command = [sys.executable, "-I", "-S", str(GUARD), json.dumps(guard), sys.executable, "-m", self.module, *self.arguments]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        self.starts += 1
        self.exit_code = None

    async def wait(self) -> int:
        """Wait until it has ended; its exit code."""
        assert self._process is not None
        self.exit_code = await self._process.wait()
        return self.exit_code

    async def run(self) -> int:
        """Start it and wait for its end."""
        await self.start()
        return await self.wait()

    async def keep(self) -> None:
        """Start it again whenever it ends, waiting longer each time it ends at once, until ``stop``."""
        pause = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            await self.run()
            if self._stopping.is_set():
                return
            pause = 0.5 if time.monotonic() - began > STEADY else min(pause * 2, 30.0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def stop(self) -> None:
        """End it for good: SIGTERM, and after the grace period SIGKILL."""
        self._stopping.set()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()  # the guard passes it on and waits
            await self._process.wait()
