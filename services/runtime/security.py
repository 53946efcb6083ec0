"""How the clients of Kafka prove who they are and make sure whom they talk to; the one place that says so to each of them."""

from __future__ import annotations

import ssl
from typing import Any

import faust

from services.runtime.errors import Unavailable
from services.runtime.settings import Settings


def connection(settings: Settings) -> dict[str, Any]:
    """The arguments that every aiokafka client takes to reach the brokers. Raises Unavailable as ``context`` does."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers,
        "security_protocol": settings.kafka_security,
        "ssl_context": context(settings),
    }
    if settings.kafka_security.startswith("SASL"):
        arguments["sasl_mechanism"] = settings.kafka_mechanism
        arguments["sasl_plain_username"] = settings.kafka_username
        arguments["sasl_plain_password"] = settings.kafka_password.get_secret_value()
    return arguments


def credentials(settings: Settings) -> faust.SASLCredentials | faust.SSLCredentials | None:
    """The same for Faust. Raises Unavailable as ``context`` does."""
    secure = context(settings)
    if settings.kafka_security.startswith("SASL"):
        return faust.SASLCredentials(
            mechanism=settings.kafka_mechanism,
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
            ssl_context=secure,
        )
    return faust.SSLCredentials(secure) if secure else None


def context(settings: Settings) -> ssl.SSLContext | None:
    """TLS as it is configured, names checked; None without TLS.

    Raises Unavailable where a file cannot be read: a certificate that is being renewed may be away for a moment.
    """
    if not settings.kafka_security.endswith("SSL"):
        return None
    try:
        made = ssl.create_default_context(cafile=settings.kafka_ca_file)
        if settings.kafka_certificate_file:
            made.load_cert_chain(settings.kafka_certificate_file, settings.kafka_key_file)
    except OSError as error:  # ssl.SSLError is one
        files = (settings.kafka_ca_file, settings.kafka_certificate_file, settings.kafka_key_file)
        raise Unavailable(f"TLS files {', '.join(str(file) for file in files if file)}: {error}") from error
    return made
