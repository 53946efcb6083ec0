"""The documentation says what the code says: no setting, metric, alert, topic, rule or command without its place in docs/."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer.main

from deploy.inventory import alerts, metrics, services, settings
from deploy.reference import PAGES
from schemas.topics import TOPICS
from services.cli import app
from services.runtime import Settings
from services.validator.catalogue import every_rule

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES_OF_THE_PROJECT = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_declares(name: str) -> None:
    assert text(f"docs/{name}") == PAGES[name](), "run: python -m deploy.reference"


def test_every_setting_has_a_meaning_and_every_service_is_found() -> None:
    models = {Settings, *(service.settings for service in services().values())}
    assert {"fetcher", "parser", "validator", "store"} <= set(services())
    for model in models:
        for setting in settings(model):
            assert len(setting.meaning) > 10, setting.variable
            assert f"`{setting.variable}`" in text("docs/settings.md")


def test_every_metric_has_a_meaning_a_unit_and_our_name() -> None:
    for metric in metrics():
        assert metric.name.startswith("gouji_")
        assert len(metric.meaning) > 20, metric.name
        if metric.owner != "runtime":
            assert metric.name.startswith(f"gouji_{metric.owner}_")


def test_topics_rules_commands_and_alerts_have_their_pages() -> None:
    assert [topic.name for topic in TOPICS if topic.name not in text("schemas/json/topics.md")] == []
    assert [rule.id for rule in every_rule() if not (DOCS / "rules" / f"{rule.id}.md").exists()] == []
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert [name for name in commands if f"## gouji {name}\n" not in text("docs/cli.md")] == []
    assert [alert.name for alert in alerts() if not (DOCS / "runbooks" / f"{alert.name}.md").exists()] == []


@pytest.mark.parametrize("page", PAGES_OF_THE_PROJECT, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_of_docs_is_linked_from_somewhere() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES_OF_THE_PROJECT
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
    }
    lonely = [str(page.relative_to(ROOT)) for page in DOCS.glob("*.md") if page.resolve() not in linked]
    assert lonely == []


def test_pages_name_only_settings_and_metrics_that_there_are() -> None:
    known = {s.variable for service in services().values() for s in settings(service.settings)} | {
        s.variable for s in settings(Settings)
    }
    outside = {"GOUJI_CORPUS"}  # of tests and benchmarks
    series = {name for metric in metrics() for name in (metric.name, *metric.series)}
    wrong = []
    for page in PAGES_OF_THE_PROJECT:
        words = page.read_text(encoding="utf-8")
        wrong += [f"{page.name}: {v}" for v in re.findall(r"\bGOUJI_[A-Z_]*[A-Z]\b", words) if v not in known | outside]
        wrong += [
            f"{page.name}: {m}" for m in re.findall(r"(?<![:\w/])gouji_\w*[a-z](?![\w:])", words) if m not in series | NOT_METRICS
        ]
    assert wrong == []


NOT_METRICS = {"gouji_replay_of", "gouji_replay_attempt", "gouji_reader", "gouji_writer"}  # headers, database roles
