"""Alerts and recording rules: promtool takes them, every alert fires where it must and is silent where it must, and each names
only metrics that some service declares."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from deploy.inventory import FOREIGN, PROMETHEUS, Alert, alerts, metrics, metrics_in, records
from deploy.local.prometheus import promtool
from schemas.shipped import read_yaml

ROOT = PROMETHEUS.parents[1]
ALERTS = [pytest.param(alert, id=alert.name) for alert in alerts()]


@cache
def declared() -> set[str]:
    return {name for metric in metrics() for name in metric.series} | set(FOREIGN) | set(records())


def test_promtool_takes_the_rules(prometheus_programs: Path) -> None:
    done = promtool("check", "rules", *sorted(PROMETHEUS.glob("rules/*.yml")))
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_takes_the_configuration(prometheus_programs: Path) -> None:
    done = promtool("check", "config", "--syntax-only", PROMETHEUS / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_the_alert_fires_and_is_silent_as_its_cases_say(prometheus_programs: Path, alert: Alert) -> None:
    done = promtool("test", "rules", PROMETHEUS / "tests" / f"{alert.name}.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alert", ALERTS)
def test_there_is_a_case_that_fires_and_one_in_which_nothing_ever_does(alert: Alert) -> None:
    cases = read_yaml(PROMETHEUS / "tests" / f"{alert.name}.yml")["tests"]
    expected = [
        [bool(each["exp_samples"]) for each in case["promql_expr_test"] if f'alertname="{alert.name}"' in each["expr"]]
        for case in cases
    ]
    assert any(any(case) for case in expected), "none fires"
    assert any(case and not any(case) for case in expected), "none is silent"


@pytest.mark.parametrize("alert", ALERTS)
def test_the_alert_says_what_it_is_in_two_languages_and_leads_to_its_runbook(alert: Alert) -> None:
    assert set(alert.annotations) == {"summary", "summary_zh", "description", "runbook_url"}
    assert alert.severity in {"critical", "warning"}
    assert re.search(r"[一-鿿]", alert.annotations["summary_zh"])
    page = ROOT / alert.annotations["runbook_url"].removeprefix("https://gouji.example/")
    text = page.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        f"# {alert.name}", "## Meaning", "## Look", "## Do",
    ]  # fmt: skip


def test_every_runbook_belongs_to_an_alert() -> None:
    assert {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")} == {alert.name for alert in alerts()}


def test_rules_name_only_metrics_that_somebody_emits() -> None:
    used = {alert.name: metrics_in(alert.expression) for alert in alerts()} | {n: metrics_in(e) for n, e in records().items()}
    assert {name: sorted(found - declared()) for name, found in used.items() if found - declared()} == {}
    assert all(used.values())


def test_cases_feed_only_metrics_that_somebody_emits() -> None:
    for file in PROMETHEUS.glob("tests/*.yml"):
        for case in read_yaml(file)["tests"]:
            for series in case["input_series"]:
                assert series["series"].split("{")[0] in declared(), file.name


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ('sum by (stage) (rate(a_total{x="b_total"}[5m]))', {"a_total"}),
        ("a / on (x) group_left () b offset 6h > 1e3", {"a", "b"}),
        ("histogram_quantile(0.9, sum by (le) (r:a:b)) and on () time() > 3 # c", {"r:a:b"}),
    ],
)
def test_the_metrics_of_an_expression(expression: str, names: set[str]) -> None:
    assert metrics_in(expression) == names
