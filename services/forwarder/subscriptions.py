"""``subscriptions.yaml``: who is told of which discrepancies, and how. Every mistake is reported with its line."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from schemas.validation import Category, Discrepancy, Severity, State
from services.runtime.configuration import (
    ConfigurationError,
    Duration,
    Mistakes,
    Section,
    WebAddress,
    load,
    parse,
    repeated,
    some,
)

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64


class Secret(Section):
    """Where a webhook's signing secret stands: an environment variable, or a file. The file itself holds no secret."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("either env: NAME or file: PATH")
        return self

    def read(self, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
        """The secrets, ``whsec_`` and base64 each (Standard Webhooks); several while one replaces another.

        Raises ConfigurationError, without the secret in it.
        """
        name = f"environment variable {self.env}" if self.env else f"file {self.file}"
        try:
            text = environment.get(self.env, "") if self.env else self.file.read_text("utf-8") if self.file else ""
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"the secret in {name} cannot be read: {type(error).__name__}") from None
        found = tuple(text.split())
        if not found or not all(map(_usable, found)):
            raise ConfigurationError(
                f"the {name} must hold {PREFIX} and {LEAST_BYTES} to {MOST_BYTES} bytes in base64; "
                f"make one with: python -c \"import base64,os;print('{PREFIX}'+base64.b64encode(os.urandom(32)).decode())\""
            )
        return found


def _usable(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secret.startswith(PREFIX) and LEAST_BYTES <= len(key) <= MOST_BYTES


class Webhook(Section):
    """Where events are posted. ``local`` permits private and loopback addresses, and http without TLS."""

    url: WebAddress
    secret: Secret
    local: bool = False
    timeout: Duration = Field(timedelta(seconds=15), gt=timedelta(0), description="longest time for one request")
    give_up: Duration = Field(
        timedelta(days=3), gt=timedelta(0), description="an event that fails for so long becomes a dead letter"
    )
    first_wait: Duration = Field(timedelta(seconds=1), gt=timedelta(0), description="after a first failure; then doubled")
    most_wait: Duration = Field(timedelta(minutes=5), gt=timedelta(0), description="longest wait after a failure")
    concurrency: int = Field(4, gt=0, le=32, description="requests at the same time, of different reports")

    @model_validator(mode="after")
    def _secure(self) -> Self:
        if not self.local and not self.url.startswith("https://"):
            raise ValueError("url must be https, or the subscription says local: true")
        return self


class Feed(Section):
    """An Atom feed in a file. ``url`` is where readers will find it: it is the feed's id, so it had better stay."""

    file: Path
    url: WebAddress
    title: str | None = None
    language: Literal["zh", "en"] = "zh"
    entries: int = Field(200, gt=0, le=5000, description="the latest so many")


class Subscription(Section):
    """Who is told of what. A condition that is absent admits everything, but for ``severities``: rounding is told on request.

    ``issuers`` and ``rules`` may have ``*`` in them; ``regions`` are names, at any level, or division codes as the
    disclosures show them.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)
    issuers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    severities: Annotated[tuple[Severity, ...], AfterValidator(some)] = (Severity.ERROR, Severity.WARNING)
    states: Annotated[tuple[State, ...], AfterValidator(some)] = tuple(State)
    since: date | None = None
    webhook: Webhook | None = None
    feed: Feed | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.webhook is None and self.feed is None:
            raise ValueError("a webhook, a feed, or both")
        return self

    def wants(self, found: Discrepancy, *, told: bool = False) -> bool:
        """Whether the subscriber is told of this event.

        Whoever was ``told`` of a discrepancy hears how it goes on (in the states that were asked for), also when it no
        longer fits: it would else stay open for ever on his side.
        """
        if found.state not in self.states:
            return False
        return told or self._fits(found)

    def _fits(self, found: Discrepancy) -> bool:
        who = found.identity
        return (
            _named(self.issuers, who.issuer or "")
            and (not self.regions or not set(self.regions).isdisjoint(who.region))
            and _named(self.rules, found.rule)
            and (not self.categories or found.category in self.categories)
            and found.severity in self.severities
            and (self.since is None or found.last_seen is None or found.last_seen.date() >= self.since)
        )


def _named(patterns: tuple[str, ...], name: str) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


class _File(Section):
    subscriptions: Annotated[tuple[Subscription, ...], AfterValidator(some)]

    def mistakes(self) -> Mistakes:
        """What is wrong between subscriptions: an id, or a feed's file, that two of them have."""
        yield from repeated("subscriptions", "subscription", (each.id for each in self.subscriptions))
        files: set[Path] = set()
        for place, each in enumerate(self.subscriptions):
            if each.feed and each.feed.file in files:
                yield ("subscriptions", place, "feed", "file"), f"another feed is written to {each.feed.file}"
            files |= {each.feed.file} if each.feed else set()


def load_subscriptions(path: Path) -> tuple[Subscription, ...]:
    """The subscriptions of a file. Raises ConfigurationError."""
    return load(path, _File, _File.mistakes).subscriptions


def parse_subscriptions(text: str, name: str = "subscriptions.yaml") -> tuple[Subscription, ...]:
    """The subscriptions in the text of a file called ``name``. Raises ConfigurationError."""
    return parse(text, name, _File, _File.mistakes).subscriptions
