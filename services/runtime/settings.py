"""The one settings model: every setting of every service, from the environment, with its meaning and unit."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

DAY = 24 * 3600


class Settings(BaseSettings):
    """What every service reads from the environment.

    A service that needs settings of its own subclasses this; the fields here are declared once for all. Variables carry
    the prefix ``GOUJI_``, but for the two that the whole world calls otherwise.
    """

    model_config = SettingsConfigDict(env_prefix="GOUJI_", frozen=True, extra="ignore")

    # where things are
    kafka_bootstrap_servers: str = Field(
        "127.0.0.1:9092", validation_alias="kafka_bootstrap_servers", description="Kafka brokers, host:port, comma separated"
    )
    database_tls: str = Field(
        "",
        pattern="^(|disable|require|verify-ca|verify-full)$",
        description="PostgreSQL's sslmode; empty leaves it to the URL. verify-full is the one that is safe on a network",
    )
    database_ca_file: Path | None = Field(None, description="certificates by which PostgreSQL's is judged, PEM")
    database_url: str = Field(  # after the two that become part of it
        "postgresql://127.0.0.1:5432/gouji",
        validation_alias="database_url",
        validate_default=True,
        description="PostgreSQL connection URL",
    )
    kafka_security: str = Field(
        "PLAINTEXT", pattern="^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$", description="how to talk to Kafka (security.protocol)"
    )
    kafka_mechanism: str = Field(
        "SCRAM-SHA-512", pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)$", description="how to prove who we are (sasl.mechanism)"
    )
    kafka_username: str = Field("", description="user at Kafka, with SASL")
    kafka_password: SecretStr = Field(SecretStr(""), description="password at Kafka, with SASL")
    kafka_ca_file: Path | None = Field(
        None, description="certificates by which the brokers' are judged, PEM; without it the system's"
    )
    kafka_certificate_file: Path | None = Field(None, description="our own certificate, PEM, where Kafka asks for one")
    kafka_key_file: Path | None = Field(None, description="the key of our own certificate, PEM")
    topic_prefix: str = Field("", description="put before every topic and consumer group name, to share one cluster")
    archive_url: str = Field(".gouji/archive", description="where document bodies are kept by sha256: directory or fsspec URL")
    http_host: str = Field("127.0.0.1", description="address of /metrics, /healthz and /readyz")
    http_port: int = Field(9464, ge=0, le=65535, description="port of /metrics, /healthz and /readyz; 0 takes a free one")
    otlp_endpoint: str | None = Field(None, description="OTLP/HTTP traces endpoint; without it spans are not exported")

    # logging
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: str = Field("json", pattern="^(json|console)$", description="json (one object a line) or console (for people)")

    # sending
    compression: str | None = Field(
        "gzip", pattern="^(|gzip|lz4|zstd)$", description="compression of what is sent: gzip, lz4, zstd, or empty for none"
    )
    message_bytes_max: int = Field(16 * 1024**2, gt=0, description="largest message, bytes; topics are created with it")

    # failing
    dead_letter_value_bytes: int = Field(
        4 * 1024**2, ge=0, description="a dead letter carries the original message up to this many bytes; above, only where it is"
    )
    defect_window: int = Field(100, gt=0, description="messages over which the share of defects is taken")
    defect_least: int = Field(10, gt=0, description="defects in the window before the share is judged at all")
    defect_share: float = Field(0.5, gt=0, le=1, description="share of defects in the window above which the service stops")
    retry_first_seconds: float = Field(0.2, gt=0, description="first wait for something unavailable, seconds; then doubled")
    retry_most_seconds: float = Field(30.0, gt=0, description="longest wait for something unavailable, seconds")

    # running
    drain_seconds: float = Field(20.0, ge=0, description="after SIGTERM: how long what is in hand may take to finish, seconds")
    watchdog_seconds: float = Field(
        900.0, gt=0, description="messages waiting and nothing committed for this long: the service ends, non-zero, seconds"
    )
    lag_seconds: float = Field(5.0, gt=0, description="how often lag is measured, seconds")
    commit_seconds: float = Field(0.5, gt=0, description="how often offsets are committed, seconds")
    buffer_messages: int = Field(8, gt=0, description="messages fetched ahead per partition")
    fetch_bytes: int = Field(1024**2, gt=0, description="bytes fetched at once per partition")
    session_seconds: float = Field(6.0, gt=0, description="silence after which the broker gives partitions away, seconds")
    heartbeat_seconds: float = Field(1.0, gt=0, description="between heartbeats, seconds")
    metadata_seconds: float = Field(
        5.0, gt=0, description="how often the broker is asked which topics and partitions there are, seconds"
    )
    rebalance_seconds: float = Field(30.0, gt=0, description="how long a rebalance may take, seconds")
    poll_seconds: float = Field(7.0 * DAY, gt=0, description="longest time without fetching before leaving the group, seconds")

    @field_validator("database_url")
    @classmethod
    def _with_tls(cls, url: str, info: ValidationInfo) -> str:
        """The URL with its TLS settings in it, so that no client can forget them: asyncpg and libpq read them there."""
        told = {"sslmode": info.data.get("database_tls"), "sslrootcert": info.data.get("database_ca_file")}
        given = {name: str(value) for name, value in told.items() if value}
        if not given:
            return url
        parts = urlsplit(url)
        return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | given, quote_via=quote)))

    @model_validator(mode="after")
    def _who_we_are(self) -> Settings:
        if self.kafka_security.startswith("SASL") and not (self.kafka_username and self.kafka_password.get_secret_value()):
            raise ValueError(f"{self.kafka_security} needs GOUJI_KAFKA_USERNAME and GOUJI_KAFKA_PASSWORD")
        return self


def variable_of(model: type[Settings], name: str) -> str:
    """The environment variable of a field."""
    alias = model.model_fields[name].validation_alias
    return (str(alias) if alias else model.model_config.get("env_prefix", "") + name).upper()


def describe(model: type[Settings]) -> str:
    """Every setting of ``model`` for ``--help``: environment variable, default, meaning."""
    lines = []
    for name, field in model.model_fields.items():
        default = "required" if field.default is PydanticUndefined else f"default {field.default!r}"
        lines.append(f"  {variable_of(model, name):34} {field.description} ({default})")
    return "\n".join(lines)
