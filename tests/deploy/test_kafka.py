"""A local Kafka keeps what it acknowledged, over stops and crashes, and may be thrown away."""

import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.errors import PartError
from deploy.local.java import find_java
from deploy.local.kafka import LocalKafka, class_archive
from deploy.local.process import Process
from tests.deploy.waiting import gone

pytestmark = pytest.mark.kafka
START = """
import sys; from pathlib import Path; from deploy.local.kafka import LocalKafka
kafka = LocalKafka(Path(sys.argv[1]))
print(kafka.start(), kafka.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker to mistreat, not the session's."""
    broker = LocalKafka(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()
    shutil.rmtree(broker.directory)


async def test_acknowledged_messages_and_offsets_survive_kill_9(own: LocalKafka, topic_prefix: str) -> None:
    topic, partition = topic_prefix, TopicPartition(topic_prefix, 0)
    await create(own.bootstrap, topic)
    async with AIOKafkaProducer(bootstrap_servers=own.bootstrap, enable_idempotence=True) as producer:
        for number in range(50):
            await producer.send_and_wait(topic, b"%d" % number)
    async with consumer(own.bootstrap, group_id=topic) as group:
        group.assign([partition])
        await group.commit({partition: 20})
    before, pid = own.bootstrap, own.pid
    assert pid is not None

    own.kill()
    assert gone(pid)
    assert own.start()

    assert own.bootstrap == before
    async with consumer(own.bootstrap, group_id=topic) as group:
        group.assign([partition])
        assert await group.committed(partition) == 20
        assert [(await group.getone()).value for _ in range(30)] == [b"%d" % number for number in range(20, 50)]


async def test_a_restart_keeps_the_port_and_the_topics(own: LocalKafka, topic_prefix: str) -> None:
    await create(own.bootstrap, topic_prefix)
    before = own.bootstrap
    own.restart()
    assert own.bootstrap == before
    assert topic_prefix in await topics(own.bootstrap)


def test_starting_what_runs_changes_nothing(own: LocalKafka) -> None:
    pid = own.pid
    assert not own.start()
    assert own.pid == pid


async def test_data_may_be_deleted_and_two_starters_make_one_broker(own: LocalKafka, topic_prefix: str) -> None:
    await create(own.bootstrap, topic_prefix)
    own.stop()
    shutil.rmtree(own.directory)

    starters = [start_elsewhere(own.directory) for _ in range(2)]
    said = [starter.stdout.readline().split() for starter in starters if starter.stdout]
    assert sorted(started for started, _ in said) == ["False", "True"]
    assert {pid for _, pid in said} == {str(own.pid)}
    assert topic_prefix not in await topics(own.bootstrap)

    for starter in starters:
        starter.communicate()
    assert own.start(), "it had ended with the one that started it"


def test_a_path_may_hold_spaces_and_any_letters_and_an_id_begin_with_a_dash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dashed = uuid.UUID(bytes=b"\xf8" + bytes(range(15)))  # one id in 64 begins so in base64, and is no option for that
    monkeypatch.setattr("deploy.local.kafka.uuid.uuid4", lambda: dashed)
    monkeypatch.setenv("LC_ALL", "C")
    broker = LocalKafka(tmp_path / "数据 = 🙂 \\n")
    try:
        assert broker.start()
    finally:
        broker.stop()
    assert "cluster.id=-" in (broker.directory / "data" / "meta.properties").read_text()
    assert [file.name for file in tmp_path.iterdir()] == [broker.directory.name]


def test_a_path_with_a_comma_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PartError, match="takes the comma"):
        LocalKafka(tmp_path / "a,b").start()


def test_unusable_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("version=1\ncluster.id=x\nnode.id=2\n")
    broker = LocalKafka(tmp_path)
    with pytest.raises(PartError, match=r"(?s)kafka ended while starting. Its log .*kafka.log ends:.*node"):
        broker.start()
    assert broker.pid is None


def test_a_java_that_writes_no_class_archive_is_not_asked_twice(
    own: LocalKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Process] = []
    monkeypatch.setattr("deploy.local.kafka._start", lambda process, *_, **__: started.append(process))
    java = find_java()
    assert class_archive(java, tmp_path) == class_archive(java, tmp_path)
    assert len(started) == 1


def start_elsewhere(directory: Path) -> subprocess.Popen[str]:
    """Another process that starts the broker, and ends when its standard input does."""
    line = [sys.executable, "-c", START, str(directory)]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def consumer(bootstrap: str, **settings: object) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, **settings)


@asynccontextmanager
async def administration(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def create(bootstrap: str, topic: str) -> None:
    async with administration(bootstrap) as admin:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])


async def topics(bootstrap: str) -> list[str]:
    async with administration(bootstrap) as admin:
        return list(await admin.list_topics())
