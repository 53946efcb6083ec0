"""How any service runs: broker, commit, retry, dead letters, metrics, health, settings, logging, tracing. Knows no domain.

A stage that reads one event at a time and publishes (parser, validator)::

    # services/parser/service.py        run: python -m services.parser.service [--help]
    @asynccontextmanager
    async def opened(runtime: Runtime[ParserSettings]) -> AsyncIterator[Handler]:
        with Workers(runtime.settings.workers) as workers:            # anything that has to be opened and closed
            async def handle(raw: RawDocument, context: Context) -> Sequence[Contract]:
                try:
                    return [await workers.read(raw)]                  # published, keyed by schemas.topics, acks=all
                except Encrypted as error:
                    raise BadInput("password", "the PDF asks for a password") from error      # → dead letter, go on
                except ArchiveAway as error:
                    raise Unavailable(f"archive: {error}") from error # → back off, try again for ever, not ready
            yield each(handle)                                        # any other exception is a defect → dead letter

    STAGE = Stage(name="parser", inputs=(RAW,), open=opened, settings=ParserSettings)

    if __name__ == "__main__":
        run(STAGE)

A stage whose effect is its own, in batches (store)::

    @asynccontextmanager
    async def opened(runtime: Runtime[Settings]) -> AsyncIterator[Handler]:
        async with asyncpg.create_pool(runtime.settings.database_url) as pool:   # Unavailable if it is away: tried again
            async def handle(batch: Sequence[Received[Contract]]) -> Sequence[Contract]:
                async with pool.acquire() as connection, connection.transaction():
                    await write(connection, [received.event for received in batch])
                return ()                                             # offsets are committed after this returned
            yield handle

    STAGE = Stage(name="store", inputs=TOPICS, open=opened, settings=Settings, batch=500, linger=0.1)

A batch is of one partition, in order; batches of different partitions are handled at the same time. If a batch fails for
another reason than ``Unavailable`` it is halved until the one message that fails is alone, so the handler must be all or
nothing and idempotent.

A source (fetcher)::

    async def work(runtime: Runtime[Settings]) -> None:
        async for document in crawl(until=runtime.stopping):
            await runtime.publish([document])       # returns when the broker has it; Unavailable is retried inside

    run(Source(name="fetcher", work=work, settings=Settings))

Own settings: a subclass of ``Settings`` (``class ParserSettings(Settings)``), every field with a description. Own metrics:
declared on ``metrics.REGISTRY``. Logs: ``structlog.get_logger()``; inside a handler they carry service, topic, partition,
offset, subject, document and trace id.
"""

from services.runtime.errors import BadInput, Unavailable
from services.runtime.received import Context, Incoming, Received
from services.runtime.runtime import Runtime
from services.runtime.settings import Settings
from services.runtime.shell import run
from services.runtime.stage import Handler, Source, Stage, each

__all__ = [
    "BadInput",
    "Context",
    "Handler",
    "Incoming",
    "Received",
    "Runtime",
    "Settings",
    "Source",
    "Stage",
    "Unavailable",
    "each",
    "run",
]
