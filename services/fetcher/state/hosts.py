"""How the hosts are, in PostgreSQL: one pace for all processes."""

from __future__ import annotations

import asyncpg

from services.fetcher.state.model import Rules
from services.runtime.database import available

# the turn that this call takes is where `opens` stood before, or now; clock_timestamp, since the row may have been waited for
_TURN = """
    INSERT INTO fetcher.hosts AS h (host, opens) VALUES ($1, clock_timestamp() + make_interval(secs => $2))
    ON CONFLICT (host) DO UPDATE
        SET opens = greatest(h.opens, clock_timestamp()) + make_interval(secs => greatest($2, h.pause))
    RETURNING extract(epoch FROM opens - clock_timestamp()) - greatest($2, h.pause)"""


class PostgresHosts:
    """See ``Hosts``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def turn(self, host: str, pause: float) -> float:
        return max(0.0, float(await available(lambda: self._pool.fetchval(_TURN, host, pause))))

    async def answered(self, host: str) -> None:
        await available(lambda: self._pool.execute("UPDATE fetcher.hosts SET failures = 0 WHERE host = $1", host))

    async def failed(self, host: str) -> int:
        statement = """
            INSERT INTO fetcher.hosts AS h (host, failures) VALUES ($1, 1)
            ON CONFLICT (host) DO UPDATE SET failures = h.failures + 1 RETURNING failures"""
        return int(await available(lambda: self._pool.fetchval(statement, host)))

    async def hold(self, host: str, seconds: float) -> None:
        statement = """
            INSERT INTO fetcher.hosts AS h (host, opens) VALUES ($1, now() + make_interval(secs => $2))
            ON CONFLICT (host) DO UPDATE SET opens = greatest(h.opens, excluded.opens)"""
        await available(lambda: self._pool.execute(statement, host, seconds))

    async def slow_down(self, host: str, pause: float) -> None:
        statement = """
            INSERT INTO fetcher.hosts (host, pause) VALUES ($1, $2) ON CONFLICT (host) DO UPDATE SET pause = excluded.pause"""
        await available(lambda: self._pool.execute(statement, host, pause))

    async def rules(self, origin: str) -> Rules | None:
        row = await available(lambda: self._pool.fetchrow("SELECT body, fetched FROM fetcher.robots WHERE origin = $1", origin))
        return Rules(row["body"], row["fetched"]) if row else None

    async def keep_rules(self, origin: str, rules: Rules) -> None:
        statement = """
            INSERT INTO fetcher.robots VALUES ($1, $2, $3)
            ON CONFLICT (origin) DO UPDATE SET body = excluded.body, fetched = excluded.fetched"""
        await available(lambda: self._pool.execute(statement, origin, rules.body, rules.fetched))
