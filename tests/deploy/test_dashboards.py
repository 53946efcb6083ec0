"""The dashboards: made of their description, every query understood by a real Prometheus and answered with data while
everything is at work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from deploy.grafana.generate import DATASOURCE, TARGET, WIDTH, files, panels
from deploy.grafana.show import PAGE, query_of, until_answered, watched
from deploy.inventory import FOREIGN, PROMETHEUS, metrics, metrics_in, records
from deploy.local.parts import LocalParts
from deploy.local.prometheus import promtool

GRAFANA = PROMETHEUS.parent / "grafana"


def test_the_files_are_made_of_their_description() -> None:
    assert {path: path.read_text(encoding="utf-8") for path in TARGET.glob("*.json")} == files(), (
        "run: python -m deploy.grafana.generate"
    )


def test_panels_stand_beside_each_other_and_have_one_id_each() -> None:
    for text in files().values():
        made = json.loads(text)["panels"]
        assert len({panel["id"] for panel in made}) == len(made)
        taken: set[tuple[int, int]] = set()
        for place in (panel["gridPos"] for panel in made):
            cells = {
                (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
            }
            assert place["x"] + place["w"] <= WIDTH
            assert not cells & taken
            taken |= cells


def test_provisioning_names_the_source_and_the_folder_of_the_panels() -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yaml").read_text(encoding="utf-8"))["datasources"]
    assert source["uid"] == DATASOURCE["uid"]
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/gouji.yaml").read_text(encoding="utf-8"))["providers"]
    compose = yaml.safe_load((GRAFANA.parent / "compose.yaml").read_text(encoding="utf-8"))
    mounted = {mount.split(":")[1]: mount.split(":")[0] for mount in compose["services"]["grafana"]["volumes"]}
    assert mounted[provider["options"]["path"]] == "./grafana/dashboards"


def test_queries_name_only_metrics_that_somebody_emits() -> None:
    declared = {name for metric in metrics() for name in metric.series} | set(FOREIGN) | set(records())
    wrong = {
        f"{panel.dashboard}/{panel.title}": sorted(metrics_in(query_of(expression)) - declared)
        for panel in panels()
        for expression in panel.queries.values()
        if metrics_in(query_of(expression)) - declared
    }
    assert wrong == {}


def test_every_query_parses(prometheus_programs: Path, tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": query_of(expression)}
        for number, expression in enumerate(e for panel in panels() for e in panel.queries.values())
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_lists_every_panel_and_its_query() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for panel in panels():
        assert f"**{panel.title}**" in text, "run: python -m deploy.grafana.show"
        for expression in panel.queries.values():
            assert f"`{' '.join(expression.split()).replace('|', chr(92) + '|')}`" in text, "run: python -m deploy.grafana.show"


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.postgres
async def test_every_panel_shows_something_while_everything_is_at_work(
    prometheus_programs: Path, parts: LocalParts, kafka: str, database: str, topic_prefix: str, tmp_path: Path
) -> None:
    async with watched(parts, tmp_path, prefix=topic_prefix, dsn=database) as prometheus:
        answers = await until_answered(prometheus, least=20, most=240)
        up = prometheus.get("query", query='up{job="gouji"}')["result"]
        alerting = prometheus.get("alerts")["alerts"]
    assert {each["value"][1] for each in up} == {"1"}
    assert [f"{answer.panel.title}: {answer.expression}" for answer in answers if not answer.series] == []
    # everything is well but for the documents that nobody can read, which are nobody's defect
    assert {alert["labels"]["alertname"] for alert in alerting} <= {"GoujiDeadLetters"}
