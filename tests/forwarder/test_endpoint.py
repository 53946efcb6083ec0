"""One request: signed, to permitted addresses only, and a failure says why without a secret."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json

import pytest
from aiohttp import web

from services.forwarder.endpoint import Endpoint, Undelivered
from services.forwarder.subscriptions import Webhook
from tests.forwarder.making import SECRET, found

OTHER = "whsec_" + base64.b64encode(b"another secret, longer than it has to be").decode()


@pytest.fixture
async def receiver(monkeypatch):
    """What it answers is ``receiver.answer``; what it got, ``receiver.requests``: headers and body."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)

    class Receiver:
        answer = web.Response(status=204)

        def __init__(self) -> None:
            self.requests: list[tuple[dict[str, str], bytes]] = []

        async def handle(self, request: web.Request) -> web.StreamResponse:
            self.requests.append((dict(request.headers), await request.read()))
            return self.answer

    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook?token=hush"
    yield made
    await runner.cleanup()


def hook(url: str, **more: object) -> Webhook:
    return Webhook.model_validate({"url": url, "secret": {"env": "HOOK_SECRET"}, "local": True, **more})


async def post(webhook: Webhook, **attributes: str) -> None:
    async with Endpoint(webhook) as endpoint:
        await endpoint.post("event-1", attributes, found().model_dump_json().encode())


async def test_the_signature_is_that_of_standard_webhooks(receiver, monkeypatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", f"{SECRET} {OTHER}")
    await post(hook(receiver.url), **{"ce-subject": "部门\r\nx: y"})
    ((headers, body),) = receiver.requests
    for number, secret in enumerate((SECRET, OTHER)):  # both verify, while one replaces the other
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"].split()[number] == f"v1,{expected}"
    assert headers["webhook-id"] == "event-1"
    assert json.loads(body)["message"]["zh"] == found().message.zh
    assert headers["ce-subject"] == "%E9%83%A8%E9%97%A8%0D%0Ax: y", "an attribute cannot make a header of its own"


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        (web.Response(status=500), "http_500", 0),
        (web.Response(status=302, headers={"Location": "http://169.254.169.254/"}), "http_302", 0),
        (web.Response(status=429, headers={"Retry-After": "7"}), "http_429", 7),
        (web.Response(status=503, headers={"Retry-After": "999999999"}), "http_503", 3600),
        (web.Response(status=503, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), "http_503", 0),
    ],
)
async def test_whatever_is_no_success_is_said_with_its_status(receiver, answer, outcome, wait) -> None:
    receiver.answer = answer
    with pytest.raises(Undelivered) as caught:
        await post(hook(receiver.url))
    assert (caught.value.outcome, caught.value.retry_after) == (outcome, wait)
    assert len(receiver.requests) == 1, "a redirect is not followed"


async def test_a_private_address_is_not_dialled_unless_the_subscription_says_so(receiver) -> None:
    with pytest.raises(Undelivered) as caught:
        await post(hook(receiver.url.replace("http:", "https:"), local=False))
    assert caught.value.outcome == "address"
    assert receiver.requests == []


async def test_a_failure_names_neither_address_nor_secret(receiver) -> None:
    with pytest.raises(Undelivered) as caught:
        await post(hook("http://127.0.0.1:1/hook?token=hush"))
    assert caught.value.outcome == "connection"
    assert "hush" not in str(caught.value) and SECRET not in repr(vars(Endpoint(hook(receiver.url))))
    assert caught.value.__suppress_context__, "nor does a traceback of it"


async def test_a_silent_receiver_is_not_waited_for(monkeypatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(60), "127.0.0.1", 0)
    async with silent:
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(Undelivered) as caught:
            await post(hook(f"http://127.0.0.1:{port}/", timeout="1s"))
    assert caught.value.outcome == "timeout"
