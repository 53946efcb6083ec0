"""Makes Grafana's dashboards, ``deploy/grafana/dashboards/*.json``, of ``dashboards.yaml``.

Usage: ``python -m deploy.grafana.generate`` writes; ``--check`` only says (exit 1) which file is out of date. Plain JSON of
Grafana's own model (schema 41), which Grafana 10 to 12 read; no library is needed for so little.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.shipped import read_yaml

HOME = Path(__file__).parent
SOURCE, TARGET = HOME / "dashboards.yaml", HOME / "dashboards"
DATASOURCE = {"type": "prometheus", "uid": "gouji-prometheus"}
WIDTH, HEIGHT, ROW = 24, 8, 1
HALF = WIDTH // 2


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard. ``queries``: legend → PromQL."""

    dashboard: str
    row: str
    title: str
    kind: str
    unit: str
    width: int
    help: str
    queries: dict[str, str]


def described() -> dict[str, Any]:
    """``dashboards.yaml``."""
    content: dict[str, Any] = read_yaml(SOURCE)
    return content


def panels() -> Iterator[Panel]:
    """Every panel of every dashboard, in order."""
    for key, dashboard in described().items():
        for row in dashboard["rows"]:
            for each in row["panels"]:
                yield Panel(
                    key,
                    row["title"],
                    each["title"],
                    each.get("as", "timeseries"),
                    each["unit"],
                    each.get("width", HALF),
                    each.get("help", ""),
                    each["queries"],
                )


def dashboard(key: str) -> dict[str, Any]:
    """Grafana's model of one dashboard."""
    made: list[dict[str, Any]] = []
    row, x, y = None, 0, 0
    for panel in (each for each in panels() if each.dashboard == key):
        if panel.row != row:
            y += HEIGHT if x else 0
            made.append(
                {
                    "type": "row",
                    "title": panel.row,
                    "id": len(made) + 1,
                    "panels": [],
                    "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": ROW},
                }
            )
            row, x, y = panel.row, 0, y + ROW
        if x + panel.width > WIDTH:
            x, y = 0, y + HEIGHT
        made.append(_panel(panel, len(made) + 1, {"x": x, "y": y, "w": panel.width, "h": HEIGHT}))
        x += panel.width
    return {
        "uid": f"gouji-{key}",
        "title": described()[key]["title"],
        "tags": ["gouji"],
        "schemaVersion": 41,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "links": [
            {
                "type": "dashboards",
                "tags": ["gouji"],
                "title": "gouji",
                "asDropdown": False,
                "includeVars": True,
                "keepTime": True,
            }
        ],
        "annotations": {"list": []},
        "templating": {"list": []},
        "panels": made,
    }


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    instant = panel.kind in {"stat", "table"}
    targets = [
        {
            "refId": chr(ord("A") + at),
            "expr": expr,
            "legendFormat": legend,
            "instant": instant,
            "range": not instant,
            "format": "table" if panel.kind == "table" else "time_series",
            "datasource": DATASOURCE,
        }
        for at, (legend, expr) in enumerate(panel.queries.items())
    ]
    made: dict[str, Any] = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.help,
        "datasource": DATASOURCE,
        "gridPos": place,
        "targets": targets,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": _OPTIONS[panel.kind],
    }
    if panel.kind == "table":
        made["transformations"] = [{"id": "organize", "options": {"excludeByName": {"Time": True}}}]
    return made


_OPTIONS: dict[str, dict[str, Any]] = {
    "timeseries": {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
        "colorMode": "value",
    },
    "table": {"showHeader": True, "sortBy": [{"displayName": "Value", "desc": True}]},
}


def files() -> dict[Path, str]:
    """Path → text of every dashboard."""
    return {TARGET / f"{key}.json": json.dumps(dashboard(key), ensure_ascii=False, indent=1) + "\n" for key in described()}


def main() -> int:
    """Exit status 1 where ``--check`` finds a file out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, say which file is out of date")
    check = parser.parse_args().check
    stale = [path for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if not check:
            path.write_text(files()[path], encoding="utf-8")
    sys.stdout.write("".join(f"{path.name} {'is out of date' if check else 'written'}\n" for path in stale))
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
