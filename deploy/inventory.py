"""What the code declares about itself: services, settings, metrics, alerts. Documentation and tests are derived from it, so
that nothing is listed twice.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client.metrics import MetricWrapperBase

import services as rooms
from schemas.shipped import read_yaml
from services.runtime import Settings
from services.runtime import Source as SourceService
from services.runtime.settings import variable_of
from services.runtime.stage import Stage

PROMETHEUS = Path(__file__).with_name("prometheus")

FOREIGN = {
    "up": "Prometheus: 1 if it could read the service's metrics",
    "process_start_time_seconds": "the Python client: Unix time at which the process began",
    "process_resident_memory_bytes": "the Python client: memory of the process, its workers not included",
    "process_cpu_seconds_total": "the Python client: CPU time of the process, its workers not included",
    "kubelet_volume_stats_available_bytes": "the kubelet, on Kubernetes: free bytes of a volume",
    "kubelet_volume_stats_capacity_bytes": "the kubelet, on Kubernetes: size of a volume",
}
"""Metrics that are used here and declared elsewhere, and by whom."""

_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
_NOT_METRICS = re.compile(
    r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)|\boffset\s+\w+|\b\d\w*'
)
_WORDS = {"and", "or", "unless", "bool", "inf", "nan", "group_left", "group_right", "by", "on", "without"}


@dataclass(frozen=True)
class Metric:
    """A declared metric. ``owner`` is the room that declares it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str
    owner: str

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which it is exposed."""
        return tuple(self.name.removesuffix("_total") + suffix for suffix in _SUFFIXES[self.kind])


@dataclass(frozen=True)
class Setting:
    """A setting of a service: its environment variable, default as the environment would say it, and meaning."""

    variable: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Alert:
    """An alert rule, as it stands in ``deploy/prometheus/rules``."""

    name: str
    expression: str
    severity: str
    annotations: dict[str, str]


def services() -> dict[str, Stage[Any] | SourceService[Any]]:
    """Every service that runs as a process of its own, by name."""
    found = {}
    for room in _rooms():
        path = Path(room.__path__[0])
        if (path / "service.py").exists():
            module = importlib.import_module(f"{room.__name__}.service")
            declared = [each for each in vars(module).values() if isinstance(each, Stage | SourceService)]
            found[declared[0].name] = declared[0]
    return found


def metrics() -> list[Metric]:
    """Every metric that the services declare, the runtime's first."""
    found = []
    for room in _rooms():
        if not (Path(room.__path__[0]) / "metrics.py").exists():
            continue
        module = importlib.import_module(f"{room.__name__}.metrics")
        for each in vars(module).values():
            if isinstance(each, MetricWrapperBase):
                (family,) = each.describe()
                name = family.name + ("_total" if family.type == "counter" else "")
                owner = room.__name__.rsplit(".", 1)[-1]
                found.append(Metric(name, family.type, tuple(each._labelnames), family.documentation, owner))
    return sorted(found, key=lambda metric: (metric.owner != "runtime", metric.owner))


def settings(model: type[Settings]) -> list[Setting]:
    """The settings that ``model`` declares itself, without those of the model that it extends but for what it changes."""
    own = vars(model).get("__annotations__", {})
    return [
        Setting(variable_of(model, name), _plain(field.default), field.description or "")
        for name, field in model.model_fields.items()
        if name in own
    ]


def alerts() -> list[Alert]:
    """Every alert, in the order of the file."""
    return [
        Alert(rule["alert"], rule["expr"], rule["labels"]["severity"], rule["annotations"])
        for rule in _rules()
        if "alert" in rule
    ]


def records() -> dict[str, str]:
    """Every recording rule: name → expression."""
    return {rule["record"]: rule["expr"] for rule in _rules() if "record" in rule}


def metrics_in(expression: str) -> set[str]:
    """The metrics that a PromQL expression names."""
    bare = _NOT_METRICS.sub(" ", re.sub(r"#.*", "", expression))
    names = re.findall(r"[A-Za-z_:][\w:]*(?!\w*\s*\()", bare)
    return {name for name in names if name not in _WORDS}


def _rules() -> Iterator[dict[str, Any]]:
    for file in sorted(PROMETHEUS.glob("rules/*.yml")):
        for group in read_yaml(file)["groups"]:
            yield from group["rules"]


def _rooms() -> Iterator[Any]:
    for each in pkgutil.iter_modules(rooms.__path__, "services."):
        if each.ispkg:
            yield importlib.import_module(each.name)


def _plain(default: object) -> str:
    if default is None or default == "" or type(default).__name__ == "SecretStr":
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)
