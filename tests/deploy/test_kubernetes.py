"""deploy/kubernetes: every manifest fits its schema, every service is there and settings are ones that it reads."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.inventory import PROMETHEUS, services, settings
from schemas.shipped import SAFE_LOADER
from schemas.topics import TOPICS
from services.runtime import Settings
from services.runtime.consumer import group_of

HOME = PROMETHEUS.parent / "kubernetes"
VERSION = "1.34"
KEDA = json.loads((Path(__file__).parent / "schemas" / "keda.json").read_text(encoding="utf-8"))
Manifest = dict[str, Any]


@cache
def manifests() -> list[tuple[Path, Manifest]]:
    """Every manifest with its file; read once, for nobody changes it."""
    kept = ("kustomization.yaml", "subscriptions.yaml")
    files = [file for file in sorted(HOME.rglob("*.yaml")) if file.name not in kept and file.parent.name != "sources"]
    return [(file, manifest) for file in files for manifest in yaml.load_all(file.read_text(encoding="utf-8"), SAFE_LOADER)]


ALL = [pytest.param(m, id=f"{f.relative_to(HOME)}:{m['kind']}.{m['metadata']['name']}") for f, m in manifests()]


def of_kind(kind: str) -> dict[str, Manifest]:
    return {m["metadata"]["name"]: m for f, m in manifests() if m["kind"] == kind and "base" in f.parts}


@pytest.mark.parametrize("manifest", ALL)
def test_it_fits_its_schema(manifest: Manifest) -> None:
    if manifest["apiVersion"].startswith("keda.sh/"):
        Draft202012Validator(KEDA[manifest["kind"]]).validate(manifest)
    else:
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_a_mistake_would_be_found() -> None:
    manifest = json.loads(json.dumps(of_kind("Deployment")["parser"]))
    manifest["spec"]["template"]["spec"]["containers"][0]["livnessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_kustomizations_name_files_that_there_are_and_all_of_them() -> None:
    for file in HOME.rglob("kustomization.yaml"):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        named = [*content.get("resources", []), *content.get("components", []), *(p["path"] for p in content.get("patches", []))]
        named += [each for generator in content.get("configMapGenerator", []) for each in generator["files"]]
        assert [name for name in named if not (file.parent / name).exists()] == []
        beside = {path.name for path in file.parent.glob("*.yaml")} - {"kustomization.yaml"}
        assert beside <= set(named)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="no kubectl on this machine: the overlay is not put together here")
def test_the_example_overlay_goes_together() -> None:
    built = subprocess.run(["kubectl", "kustomize", HOME / "overlays" / "example"], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    found = {(m["kind"], m["metadata"]["name"].split("-")[0]): m for m in yaml.safe_load_all(built.stdout)}
    assert {name for kind, name in found if kind == "Deployment"} == set(services())
    for manifest in found.values():
        assert manifest["metadata"].get("namespace", "gouji") == "gouji"
    image = found["Deployment", "parser"]["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image == "registry.example/gouji:0.1.0"


def test_every_service_is_deployed() -> None:
    assert set(of_kind("Deployment")) == set(services())
    assert set(of_kind("Job")) == {"topics", "migrate"}


@pytest.mark.parametrize("name", [*of_kind("Deployment"), *of_kind("Job")])
def test_the_pod_may_do_nothing_that_it_need_not(name: str) -> None:
    pod = ({**of_kind("Deployment"), **of_kind("Job")})[name]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    assert not any("valueFrom" in each for each in container.get("env", [])), "secrets come by reference, all at once"


@pytest.mark.parametrize("name", of_kind("Deployment"))
def test_the_service_is_probed_and_reads_its_settings(name: str) -> None:
    spec = of_kind("Deployment")[name]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert container["command"] == ["python", "-m", f"services.{name}.service"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    model = services()[name].settings
    assert spec["terminationGracePeriodSeconds"] > model().drain_seconds
    known = {each.variable for each in (*settings(Settings), *settings(model))}
    assert {each["name"] for each in container.get("env", [])} <= known
    assert {each.get("secretRef", {}).get("name") for each in container["envFrom"]} == {None, "gouji-secrets"}


def test_what_all_services_are_told_is_a_setting_of_some() -> None:
    known = {each.variable for service in services().values() for each in settings(service.settings)}
    known |= {each.variable for each in settings(Settings)}
    for file, manifest in manifests():
        if manifest["kind"] == "ConfigMap":
            unknown = {key for key in manifest["data"] if key not in known and not key.startswith("AWS_")}
            assert unknown == set(), file
    told = of_kind("ConfigMap")["gouji-settings"]["data"]
    assert (told["GOUJI_KAFKA_SECURITY"], told["GOUJI_DATABASE_TLS"]) == ("SASL_SSL", "verify-full")
    assert "DATABASE_URL" not in told


def test_scaling_looks_at_groups_and_topics_that_there_are() -> None:
    by_name = {topic.name: topic for topic in TOPICS}
    scaled = [m for _, m in manifests() if m["kind"] == "ScaledObject"]
    assert scaled
    for manifest in scaled:
        (trigger,) = manifest["spec"]["triggers"]
        stage, topic = manifest["spec"]["scaleTargetRef"]["name"], by_name[trigger["metadata"]["topic"]]
        assert trigger["metadata"]["consumerGroup"] == group_of(stage, "")
        assert topic in services()[stage].inputs  # type: ignore[union-attr]
        assert manifest["spec"]["maxReplicaCount"] <= topic.partitions


def test_budgets_are_for_what_has_more_than_one_replica() -> None:
    replicated = {name for name, m in of_kind("Deployment").items() if m["spec"]["replicas"] > 1}
    assert replicated <= set(of_kind("PodDisruptionBudget"))


def test_prometheus_scrapes_what_the_pods_offer_under_the_labels_that_alerts_ask_for() -> None:
    """Debian's promtool is built without Kubernetes and cannot judge the file: this compares it with the pods."""
    (job,) = yaml.safe_load((PROMETHEUS / "kubernetes.yml").read_text(encoding="utf-8"))["scrape_configs"]
    labels = {each["source_labels"][0]: each.get("target_label", each.get("regex")) for each in job["relabel_configs"]}
    assert job["job_name"] == "gouji"
    assert labels["__meta_kubernetes_pod_label_app_kubernetes_io_component"] == "service"
    for manifest in of_kind("Deployment").values():
        template = manifest["spec"]["template"]
        assert template["metadata"]["annotations"]["prometheus.io/scrape"] == "true"
        assert template["metadata"]["labels"]["app.kubernetes.io/component"] == manifest["metadata"]["name"]
        ports = template["spec"]["containers"][0]["ports"]
        assert labels["__meta_kubernetes_pod_container_port_name"] in {port["name"] for port in ports}
