"""One signed request to a webhook, to permitted addresses only.

Signed as Standard Webhooks 1.0 has it; the event as in the HTTP binding of CloudEvents 1.0.2, binary content mode: its
attributes are headers, the body is the JSON that is the value of the Kafka message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Self
from urllib.parse import quote, urlsplit

import aiohttp
import structlog
from standardwebhooks.webhooks import Webhook as Signer

from services.forwarder.subscriptions import Webhook
from services.runtime.guard import AddressRefused, Guard, NotPermitted

log = structlog.get_logger()
PRINTABLE = " !#$&'()*+,/:;=?@[]^`{|}"
"""What a header's value may have in it as it is, beside what ``quote`` leaves alone (CloudEvents HTTP binding, 3.1.3.2)."""
LONGEST_WAIT = 3600.0
"""Seconds: no receiver makes us wait for longer, whatever its Retry-After says."""


class Undelivered(Exception):
    """A request that did not succeed. ``outcome`` is a short name; the text is for people, and names neither address nor secret.

    ``retry_after`` is how long the receiver asks us to wait, in seconds.
    """

    def __init__(self, outcome: str, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.retry_after = retry_after


class Endpoint:
    """Where one subscription's events go. Raises ConfigurationError where its secret cannot be read."""

    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook
        self._signers = [Signer(secret) for secret in webhook.secret.read()]
        port = urlsplit(webhook.url).port
        self._guard = Guard(local=webhook.local, ports=[port] if port else [])
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._guard.open_socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._webhook.timeout.total_seconds()),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def post(self, event: str, attributes: Mapping[str, str], body: bytes) -> None:
        """Returns when the receiver has answered with success (2xx). Raises Undelivered for whatever else happens.

        A redirect is no success: what is signed for one address is not for another.
        """
        assert self._session is not None
        headers = {name: quote(text, safe=PRINTABLE) for name, text in attributes.items()}
        headers |= {"Content-Type": "application/json", "User-Agent": "gouji-forwarder"} | self._signed(event, body)
        try:
            await self._guard.check(self._webhook.url)
            async with self._session.post(self._webhook.url, data=body, headers=headers, allow_redirects=False) as answer:
                if not 200 <= answer.status < 300:
                    wait = _seconds(answer.headers.get("Retry-After"))
                    raise Undelivered(f"http_{answer.status}", f"the receiver answers {answer.status}", wait)
        except TimeoutError:
            raise Undelivered("timeout", f"no answer within {self._webhook.timeout}") from None
        except (NotPermitted, AddressRefused):
            raise Undelivered("address", "not an address that may be dialled (private ones only with local: true)") from None
        except aiohttp.ClientError as error:  # its text may hold the whole address, which may hold a token
            raise Undelivered("connection", f"no connection: {type(error).__name__}") from None
        except Undelivered:
            raise
        except Exception as error:
            log.exception("defect in posting")
            raise Undelivered("defect", f"a defect of the forwarder: {type(error).__name__}") from None

    def _signed(self, event: str, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        signatures = [signer.sign(event, now, body.decode()) for signer in self._signers]
        return {
            "webhook-id": event,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _seconds(retry_after: str | None) -> float:
    """Seconds to wait, of a Retry-After header that gives them (a date is as good as none)."""
    text = (retry_after or "").strip()
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() and len(text) < 10 else 0.0
