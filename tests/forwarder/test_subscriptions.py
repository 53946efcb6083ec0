"""A subscriptions file says who is told what, and every mistake in it is shown with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.validation import Severity, State
from services.forwarder.subscriptions import Secret, parse_subscriptions
from services.runtime.configuration import ConfigurationError
from tests.forwarder.making import SECRET, found

GOOD = """\
subscriptions:
  - id: qinghe
    issuers: ["云溪市青禾区*"]
    regions: [青禾区]
    rules: ["claim.*", growth]
    categories: [narrative-arithmetic]
    severities: [error]
    states: [opened, resolved]
    webhook:
      url: https://desk.example.org/hooks
      secret: {env: QINGHE_SECRET}
      give_up: 12h
  - id: all
    feed: {file: feeds/all.xml, url: https://desk.example.org/feeds/all.xml}
"""


def test_a_good_file() -> None:
    first, second = parse_subscriptions(GOOD)
    assert first.webhook and first.webhook.give_up == timedelta(hours=12) and not first.webhook.local
    assert second.severities == (Severity.ERROR, Severity.WARNING), "rounding is told on request only"
    assert second.feed and second.feed.entries == 200


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: all", "id: qinghe", "s.yaml:13: subscriptions.1.id: another subscription is called 'qinghe'"),
        ("id: all", "id: qinghe/2", "s.yaml:13: subscriptions.1.id: String should match pattern"),
        ("severities: [error]", "severities: [grave]", "s.yaml:7: subscriptions.0.severities.0: Input should be 'error'"),
        ("severities: [error]", "severity: [error]", "s.yaml:7: subscriptions.0.severity: Extra inputs"),
        ("states: [opened, resolved]", "states: []", "s.yaml:8: subscriptions.0.states: Value error, at least one"),
        ("https://desk.example.org/hooks", "http://desk.example.org/hooks", "s.yaml:9: subscriptions.0.webhook: Value error"),
        ("https://desk.example.org/hooks", "file:///etc/passwd", "s.yaml:10: subscriptions.0.webhook.url: Value error, not"),
        ("{env: QINGHE_SECRET}", "{}", "s.yaml:11: subscriptions.0.webhook.secret: Value error, either env"),
        ("give_up: 12h", "give_up: never", "s.yaml:12: subscriptions.0.webhook.give_up: "),
        ("    feed: {file: feeds/all.xml, url: https://desk.example.org/feeds/all.xml}\n", "", "s.yaml:13: subscriptions.1: "),
        (GOOD, "subscriptions: []", "s.yaml:1: subscriptions: Value error, at least one"),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_subscriptions(GOOD.replace(old, new), "s.yaml")
    assert message in str(caught.value)


def test_two_feeds_do_not_share_a_file() -> None:
    text = GOOD + GOOD[GOOD.index("  - id: all") :].replace("id: all", "id: others")
    with pytest.raises(ConfigurationError, match=r"s.yaml:16: subscriptions.2.feed.file: another feed"):
        parse_subscriptions(text, "s.yaml")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"rule": "table.balance"}, False),
        ({"rule": "claim.growth"}, True),
        ({"severity": Severity.WARNING}, False),
        ({"category": "count"}, False),
        ({"state": State.CHANGED}, False),
        ({"identity": found().identity.model_copy(update={"issuer": "云溪市白河区图书馆"})}, False),
        ({"identity": found().identity.model_copy(update={"region": ("云溪市", "白河区")})}, False),
        ({"identity": found().identity.model_copy(update={"issuer": None, "region": ()})}, False),
    ],
)
def test_every_condition_must_hold(changes: dict[str, object], wanted: bool) -> None:
    assert parse_subscriptions(GOOD)[0].wants(found().model_copy(update=changes)) is wanted


def test_whoever_was_told_hears_how_it_goes_on() -> None:
    subscription = parse_subscriptions(GOOD)[0]
    milder = found(state=State.RESOLVED, severity=Severity.WARNING)
    assert not subscription.wants(milder)
    assert subscription.wants(milder, told=True)
    assert not subscription.wants(found(state=State.CHANGED), told=True), "but in the states that were asked for"


def test_nothing_from_before_the_day_that_is_named() -> None:
    subscription = parse_subscriptions(GOOD.replace("    regions: [青禾区]\n", "    since: 2025-08-21\n"))[0]
    assert not subscription.wants(found(day=0))
    assert subscription.wants(found(day=1))


def test_a_secret_from_the_environment_or_a_file(tmp_path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n{SECRET}\n")
    assert Secret(env="S").read({"S": SECRET}) == (SECRET,)
    assert Secret(file=tmp_path / "secret").read() == (SECRET, SECRET), "two, while one replaces the other"


@pytest.mark.parametrize("wrong", ["", "hush", "whsec_aHVzaA==", "whsec_not*base64", SECRET.removeprefix("whsec_")])
def test_a_secret_that_cannot_be_used_is_not_shown(wrong: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Secret(env="S").read({"S": wrong})
    assert "environment variable S must hold" in str(caught.value)
    assert not wrong or wrong not in str(caught.value).replace("whsec_'+", "")


def test_a_secret_that_is_not_there(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: FileNotFoundError"):
        Secret(file=tmp_path / "nothing").read()


def test_gouji_up_says_what_is_wrong_with_the_file_before_anything_is_started(tmp_path) -> None:
    from typer.testing import CliRunner

    from services.cli import app

    file = tmp_path / "subscriptions.yaml"
    for text, reason in (
        (GOOD.replace("id: all", "id: qinghe"), ":13: "),
        (GOOD, "environment variable QINGHE_SECRET must hold"),
    ):
        file.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(app, ["up", "--subscriptions", str(file)])
        assert result.exit_code == 2 and reason in result.stderr
