"""TLS and passwords reach every client: against a Kafka and a PostgreSQL that speak nothing else."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

import asyncpg
import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.engine import make_url

from deploy.local.errors import NoBroker
from deploy.local.kafka import LocalKafka
from deploy.local.process import free_ports
from services.runtime.broker import administering
from services.runtime.errors import Unavailable
from services.runtime.security import context
from services.runtime.settings import Settings
from services.store.migrate import upgrade
from tests.runtime.bench import Bench

SECURE = """
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},SECURE://127.0.0.1:{secure}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secure}
inter.broker.listener.name=PLAINTEXT
listener.name.secure.sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_gouji="right";
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location={pem}
"""


def self_signed() -> tuple[bytes, bytes]:
    """A key and a certificate of itself for 127.0.0.1, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gouji test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with `key.pem`, `certificate.pem` (of itself, for 127.0.0.1) and both in `both.pem`."""
    directory = tmp_path_factory.mktemp("certificate")
    private, public = self_signed()
    for file, content in (("key", private), ("certificate", public), ("both", private + public)):
        path = directory / f"{file}.pem"
        path.touch(mode=0o600)
        path.write_bytes(content)
    return directory


@pytest.fixture(scope="module")
def secure_kafka(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of a Kafka whose listener asks for TLS and the password of `gouji`: `right`."""
    directory = tmp_path_factory.mktemp("kafka")
    plain, controller, secure = free_ports(3)
    (directory / "ports").write_text(f"{plain} {controller}")
    pem = certificate / "both.pem"
    broker = LocalKafka(directory, more=SECURE.format(plain=plain, controller=controller, secure=secure, pem=pem))
    try:
        broker.start()
    except NoBroker as reason:
        pytest.skip(str(reason))
    yield f"127.0.0.1:{secure}"
    broker.stop()


def settings(bootstrap: str, certificate: Path, **changed: object) -> Settings:
    right = {
        "kafka_bootstrap_servers": bootstrap,
        "kafka_security": "SASL_SSL",
        "kafka_mechanism": "PLAIN",
        "kafka_username": "gouji",
        "kafka_password": "right",
        "kafka_ca_file": certificate / "certificate.pem",
        "message_bytes_max": 2 * 1024**2,
    }
    return Settings.model_validate(right | changed)


async def test_a_stage_works_over_tls_with_a_password(
    secure_kafka: str, certificate: Path, topic_prefix: str, tmp_path: Path
) -> None:
    bench = Bench(secure_kafka, topic_prefix, tmp_path, settings(secure_kafka, certificate, topic_prefix=topic_prefix))
    await bench.open(partitions=1)
    try:
        bench.start(
            GOUJI_KAFKA_SECURITY="SASL_SSL",
            GOUJI_KAFKA_MECHANISM="PLAIN",
            GOUJI_KAFKA_USERNAME="gouji",
            GOUJI_KAFKA_PASSWORD="right",
            GOUJI_KAFKA_CA_FILE=str(certificate / "certificate.pem"),
        )
        await bench.did(await bench.send("fine", "fine"))
        await bench.committed_all()
        assert len(await bench.outputs()) == 2
    finally:
        await bench.close()


@pytest.mark.parametrize(
    "wrong",
    [{"kafka_password": "wrong"}, {"kafka_ca_file": None}, {"kafka_security": "SASL_PLAINTEXT"}, {"kafka_security": "SSL"}],
    ids=["password", "unknown authority", "no TLS", "no password"],
)
async def test_without_the_right_credentials_the_broker_is_unavailable(
    secure_kafka: str, certificate: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(Unavailable):
        async with administering(settings(secure_kafka, certificate, **wrong)) as admin:
            await admin.list_topics()


def test_sasl_without_a_password_is_refused_at_once_and_a_password_is_never_shown(certificate: Path) -> None:
    with pytest.raises(ValueError, match="GOUJI_KAFKA_PASSWORD"):
        settings("x:1", certificate, kafka_password="")
    assert "right" not in repr(settings("x:1", certificate)).replace("certificate", "")


def test_tls_files_that_are_away_are_waited_for(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"ca\.pem"):
        context(Settings(kafka_security="SSL", kafka_ca_file=tmp_path / "ca.pem"))
    made = context(Settings(kafka_security="SSL"))
    assert made is not None
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname


@asynccontextmanager
async def tls_before(dsn: str, certificate: Path) -> AsyncIterator[str]:
    """DSN of the same database behind TLS: the local PostgreSQL is built without it, so this end speaks it in its place."""
    server = make_url(dsn)
    secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secure.load_cert_chain(certificate / "both.pem")

    async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(8) != struct.pack(">ii", 8, 80877103):  # SSLRequest
                writer.close()  # whoever asks for no TLS gets nothing
                return
            writer.write(b"S")
            await writer.start_tls(secure)
            inner_reader, inner_writer = await asyncio.open_connection(server.host, server.port)
            await asyncio.gather(pass_on(reader, inner_writer), pass_on(inner_reader, writer))

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with listening:
        yield server.set(port=listening.sockets[0].getsockname()[1]).render_as_string(hide_password=False)


async def test_postgresql_is_reached_over_tls_and_its_certificate_is_judged(
    database: str, certificate: Path, tmp_path: Path
) -> None:
    (tmp_path / "other.pem").write_bytes(self_signed()[1])
    async with tls_before(database, certificate) as dsn:
        right = Settings(database_url=dsn, database_tls="verify-full", database_ca_file=certificate / "certificate.pem")
        await asyncio.to_thread(upgrade, right.database_url)  # the migration's client, libpq
        connection = await asyncpg.connect(right.database_url)
        assert await connection.fetchval("SELECT count(*) FROM disclosures.report") == 0
        await connection.close()

        wrong = Settings(database_url=dsn, database_tls="verify-full", database_ca_file=tmp_path / "other.pem").database_url
        with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
            await asyncio.to_thread(psycopg.connect, wrong)
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncpg.connect(wrong)


def test_the_url_keeps_what_it_says_and_takes_the_tls_settings() -> None:
    url = "postgresql://u:p%40ss@h:5/d?application_name=a"
    assert Settings(database_url=url).database_url == url
    secured = Settings(database_url=url, database_tls="require", database_ca_file=Path("/a b/ca.pem")).database_url
    assert secured == url + "&sslmode=require&sslrootcert=%2Fa%20b%2Fca.pem"
