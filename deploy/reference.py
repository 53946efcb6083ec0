"""Writes the pages of docs/ that only repeat what the code declares: settings, metrics, alerts.

Usage: ``python -m deploy.reference`` writes; ``--check`` only says (exit 1) which page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.inventory import FOREIGN, Alert, Setting, alerts, metrics, records, services, settings
from services.runtime import Settings

DOCS = Path(__file__).parents[1] / "docs"
MADE = "Made by `python -m deploy.reference`: change the code, not this page."


def settings_page() -> str:
    """Every setting, the common ones once."""
    parts = [
        "# Settings",
        "",
        "A service is configured by its environment and nothing else; `python -m services.NAME.service --help` prints the same. "
        "How to secure Kafka and PostgreSQL: [operations](operations.md#security). " + MADE,
        "",
        "## Of every service",
        "",
        *_settings(settings(Settings)),
    ]
    for name, service in services().items():
        own = settings(service.settings) if service.settings is not Settings else []
        parts += ["", f"## {name}", "", *(_settings(own) if own else ["Has none of its own."])]
    return "\n".join(parts) + "\n"


def metrics_page() -> str:
    """Every metric with its meaning."""
    parts = [
        "# Metrics",
        "",
        "Served by every service at `/metrics` on `GOUJI_HTTP_HOST:GOUJI_HTTP_PORT`. Each is declared once, in `metrics.py` of "
        "its room; a histogram is exposed as `_bucket`, `_count` and `_sum`. " + MADE,
    ]
    for owner in dict.fromkeys(metric.owner for metric in metrics()):
        parts += ["", "## Of every service" if owner == "runtime" else f"## {owner}", ""]
        parts += _table(
            ("metric", "type", "labels", "meaning"),
            (
                (f"`{metric.name}`", metric.kind, ", ".join(metric.labels), metric.meaning)
                for metric in metrics()
                if metric.owner == owner
            ),
        )
    parts += ["", "## From elsewhere, used by alerts or dashboards", ""]
    parts += _table(("metric", "who says it"), ((f"`{name}`", who) for name, who in FOREIGN.items()))
    parts += ["", "## Recorded", "", "By `deploy/prometheus/rules/records.yml`, for alerts and dashboards.", ""]
    parts += _table(("name", "expression"), ((f"`{name}`", f"`{_line(expr)}`") for name, expr in records().items()))
    return "\n".join(parts) + "\n"


def alerts_page() -> str:
    """Every alert with a link to its runbook."""
    parts = [
        "# Alerts",
        "",
        "`deploy/prometheus/rules/alerts.yml`; `critical` wakes somebody, `warning` is for working hours. Each has a runbook "
        "and, in `deploy/prometheus/tests`, a case that fires and one that does not. `runbook_url` begins with a placeholder "
        "address: put your copy of docs/ there. " + MADE,
        "",
        *_table(("alert", "severity", "says"), (_alert(alert) for alert in alerts())),
    ]
    return "\n".join(parts) + "\n"


PAGES: dict[str, Callable[[], str]] = {"settings.md": settings_page, "metrics.md": metrics_page, "alerts.md": alerts_page}


def _alert(alert: Alert) -> tuple[str, str, str]:
    says = f"{alert.annotations['summary']}<br>{alert.annotations['summary_zh']}"
    return f"[{alert.name}](runbooks/{alert.name}.md)", alert.severity, _line(says)


def _settings(found: Iterable[Setting]) -> list[str]:
    return _table(
        ("variable", "default", "meaning"), ((f"`{s.variable}`", f"`{s.default}`" if s.default else "", s.meaning) for s in found)
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines]


def _line(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Exit status 1 where ``--check`` finds a page out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, say which page is out of date")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        page, text = DOCS / name, make()
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                page.write_text(text, encoding="utf-8")
    sys.stdout.write("".join(f"{name} {'is out of date' if check else 'written'}\n" for name in stale))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
