"""The two parts gouji needs from outside, Kafka and PostgreSQL: yours where you name them, else local ones."""

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.errors import PartError
from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres

KAFKA_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS"
DATABASE_VARIABLE = "DATABASE_URL"


class LocalParts:
    """Kafka and PostgreSQL, with the data of local ones under `directory`.

    $KAFKA_BOOTSTRAP_SERVERS and $DATABASE_URL, where set, are used instead and never touched. As a context it starts
    both and stops what it started. `stop()` leaves running what somebody else had started on the same directory.
    With `follow` (the default) parts started here end when this process does, however it ends.

    Everything here blocks, for seconds when starting: call it through `asyncio.to_thread` from a loop.
    """

    def __init__(self, directory: Path, *, follow: bool = True) -> None:
        self.directory = directory.resolve()
        self._given_bootstrap = os.environ.get(KAFKA_VARIABLE) or None
        self._given_dsn = os.environ.get(DATABASE_VARIABLE) or None
        self._kafka = LocalKafka(self.directory / "kafka", follow=follow)
        self._postgres = LocalPostgres(self.directory / "postgres", follow=follow)
        self._to_stop: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        """Kafka's `host:port[,host:port…]`."""
        return self._given_bootstrap or self._kafka.bootstrap

    @property
    def dsn(self) -> str:
        """PostgreSQL's `postgresql://…`, for asyncpg and psycopg."""
        return self._given_dsn or self._postgres.dsn

    @property
    def kafka_is_local(self) -> bool:
        return self._given_bootstrap is None

    @property
    def postgres_is_local(self) -> bool:
        return self._given_dsn is None

    def start(self) -> None:
        """Start both. Raises NoBroker where there is neither a broker nor a way to run one, else PartError."""
        try:
            self.start_kafka()
            self.start_postgres()
        except BaseException:
            self.stop()
            raise

    def start_kafka(self) -> str:
        """Start Kafka alone, if it does not run yet; its bootstrap servers."""
        if self.kafka_is_local and self._kafka.start():
            self._to_stop.append(self._kafka.stop)
        return self.bootstrap

    def start_postgres(self) -> str:
        """Start PostgreSQL alone, if it does not run yet; its DSN."""
        if self.postgres_is_local and self._postgres.start():
            self._to_stop.append(self._postgres.stop)
        return self.dsn

    def stop(self) -> None:
        """Stop, cleanly, what was started here; by force what does not stop in time."""
        while self._to_stop:
            self._to_stop.pop()()

    def down(self) -> None:
        """Stop the local parts of this directory whoever started them."""
        self._to_stop.clear()
        self._postgres.stop()
        self._kafka.stop()

    def pids(self) -> dict[str, int | None]:
        """The process id of each local part that runs."""
        return {"kafka": self._kafka.pid, "postgres": self._postgres.pid}

    # For the fault tests. On a part that was given these raise PartError: it is not ours to kill.

    def restart_kafka(self) -> None:
        """Stop and start on the same data and port; start it if it is down."""
        self._own_kafka().restart()

    def kill_kafka(self) -> None:
        """Kill -9."""
        self._own_kafka().kill()

    def stop_kafka(self) -> None:
        self._own_kafka().stop()

    def restart_postgres(self) -> None:
        """Stop and start on the same data and port; start it if it is down."""
        self._own_postgres().restart()

    def kill_postgres(self) -> None:
        """Kill -9."""
        self._own_postgres().kill()

    def stop_postgres(self) -> None:
        self._own_postgres().stop()

    def _own_kafka(self) -> LocalKafka:
        if not self.kafka_is_local:
            raise PartError(f"Kafka at {self.bootstrap} comes from {KAFKA_VARIABLE} and is not ours to stop")
        return self._kafka

    def _own_postgres(self) -> LocalPostgres:
        if not self.postgres_is_local:
            raise PartError(f"PostgreSQL comes from {DATABASE_VARIABLE} and is not ours to stop")
        return self._postgres
