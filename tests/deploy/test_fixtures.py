"""The session's parts as every other test sees them: what the services may rely on."""

import asyncpg
import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def test_a_message_of_8_mib_goes_through_kafka(kafka: str, topic_prefix: str) -> None:
    topic, body = f"{topic_prefix}large", bytes(8 * 1024 * 1024)
    await create(kafka, topic)
    async with AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=9 * 1024 * 1024) as producer:
        await producer.send_and_wait(topic, body)
    async with AIOKafkaConsumer(topic, bootstrap_servers=kafka, group_id=topic, auto_offset_reset="earliest") as consumer:
        assert (await consumer.getone()).value == body


async def test_topics_do_not_appear_by_themselves(kafka: str, topic_prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.describe_topics([f"{topic_prefix}nobody-made-this"])
        assert f"{topic_prefix}nobody-made-this" not in await admin.list_topics()
    finally:
        await admin.close()


async def test_both_database_clients_use_the_same_dsn(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE mark (text text)")
        connection.execute("INSERT INTO mark VALUES ('勾稽')")
    client = await asyncpg.connect(database)
    try:
        assert await client.fetchval("SELECT text FROM mark") == "勾稽"
    finally:
        await client.close()


def test_the_services_role_is_no_superuser(postgres: str) -> None:
    with psycopg.connect(postgres) as connection:
        row = connection.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False, True)


async def create(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
