"""deploy/compose.yaml: valid, with every service, and no variable that nobody reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from deploy.inventory import PROMETHEUS, services, settings
from schemas.shipped import read_yaml
from services.runtime import Settings

DEPLOY = PROMETHEUS.parent
COMPOSE: dict[str, Any] = read_yaml(DEPLOY / "compose.yaml")
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "compose-spec.json").read_text(encoding="utf-8"))
OURS = [name for name, entry in COMPOSE["services"].items() if f"services.{name}.service" in entry.get("command", ())]
AMAZONS = re.compile(r"AWS_\w+")  # read by the archive's library


def test_it_fits_the_compose_specification() -> None:
    known = {key: value for key, value in COMPOSE.items() if key != "name"}  # the one word that is newer than the schema
    assert [f"{list(e.absolute_path)}: {e.message}" for e in Draft7Validator(SCHEMA).iter_errors(known)] == []


def test_every_service_is_there() -> None:
    assert set(OURS) == set(services())


@pytest.mark.parametrize("name", OURS)
def test_the_service_runs_with_settings_that_it_reads(name: str) -> None:
    entry, service = COMPOSE["services"][name], services()[name]
    assert entry["command"] == ["python", "-m", f"services.{name}.service"]
    known = {each.variable for model in (Settings, service.settings) for each in settings(model)}
    unknown = {key for key in entry["environment"] if key not in known and not AMAZONS.fullmatch(key)}
    # what all share is read by some
    assert unknown == set()
    assert {"KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "GOUJI_HTTP_HOST"} <= set(entry["environment"])


@pytest.mark.parametrize("name", [*OURS, "topics", "migrate"])
def test_our_containers_may_do_nothing_that_they_need_not(name: str) -> None:
    entry = COMPOSE["services"][name]
    assert entry["read_only"] is True
    assert entry["cap_drop"] == ["ALL"]
    assert entry["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in entry
    assert "ports" not in entry, "metrics and health are for the inside"


def test_only_those_that_need_the_world_reach_it() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    ours = {name for name in services() if "outside" in COMPOSE["services"][name]["networks"]}
    assert ours == {"fetcher", "forwarder"} & set(services())


def test_what_is_published_is_published_to_this_machine_only() -> None:
    published = [port for entry in COMPOSE["services"].values() for port in entry.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_volume_that_is_used_is_declared_and_every_secret_must_be_given() -> None:
    mounts = [mount.split(":")[0] for entry in COMPOSE["services"].values() for mount in entry.get("volumes", [])]
    assert {mount for mount in mounts if re.fullmatch(r"\w+", mount)} == set(COMPOSE["volumes"])
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"\$\{\w*PASSWORD(:-|\})", text), "a password has no default"
    offered = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"\$\{(\w+):\?", text) if f"{name}=" not in offered] == []


def test_prometheus_finds_every_service() -> None:
    config = read_yaml(PROMETHEUS / "prometheus.yml")
    (job,) = config["scrape_configs"]
    assert set(job["dns_sd_configs"][0]["names"]) == set(services())
    assert job["job_name"] == "gouji"
