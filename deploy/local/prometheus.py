"""Prometheus on this machine: its two programs, and one server with its data in a directory.

The services need none. It is what the alerts are tested with (`promtool`), and what shows that every query of the
dashboards returns data. The programs are those on the path, else the ones of Debian's package, unpacked into the cache:
nothing is installed system-wide and nobody has to be root.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from deploy.local.errors import NoPrometheus
from deploy.local.java import cache_base
from deploy.local.process import Process, exclusive, remembered_ports

log = logging.getLogger(__name__)

PROGRAMS = ("prometheus", "promtool")
FETCH_TIMEOUT = 300  # seconds
GRACE = 20.0  # seconds to stop cleanly in
INSTALL_IT = "put prometheus and promtool on the PATH (Debian: apt-get install prometheus)"


def find_programs() -> Path:
    """The directory with `prometheus` and `promtool`, fetched now if there is none. Raises NoPrometheus."""
    found = [shutil.which(program) for program in PROGRAMS]
    if all(found):
        return Path(str(found[0])).parent
    target = cache_base() / "prometheus-debian"
    if target.is_dir():
        return target
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NoPrometheus(f"no Prometheus on this machine, and no apt-get to fetch Debian's package with: {INSTALL_IT}")
    with exclusive(target.with_name(f"{target.name}.lock")):
        if not target.is_dir():
            half = target.with_name(f"{target.name}.half")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir()
            with tempfile.TemporaryDirectory(prefix="gouji-prometheus-") as scratch:
                _fetch(Path(scratch), half)
            half.rename(target)
    return target


def _fetch(scratch: Path, target: Path) -> None:
    """Download Debian's package, which apt checks against the archive's signature, and take the programs out of it.

    The machine's own package lists may be missing or old: then lists of our own are made, in `scratch`.
    """
    log.info("fetching Debian's package prometheus (19 MB) into %s, once", target.parent)
    own = scratch / "apt"
    for part in ("lists/partial", "cache/archives/partial", "state"):
        (own / part).mkdir(parents=True)
    options = ["-q", "-o", "APT::Sandbox::User=root"]
    private = [f"Dir::State={own}/state", f"Dir::State::lists={own}/lists", f"Dir::Cache={own}/cache"]
    privately = [*options, *(word for setting in private for word in ("-o", setting))]
    if _apt(scratch, *options, "download", "prometheus").returncode:
        _apt(scratch, *privately, "update")
        done = _apt(scratch, *privately, "download", "prometheus")
        if done.returncode:
            raise NoPrometheus(f"apt-get cannot fetch Debian's package prometheus: {INSTALL_IT}. It says:\n{done.stderr[-800:]}")
    (package,) = scratch.glob("prometheus_*.deb")
    subprocess.run(["dpkg-deb", "--extract", str(package), str(scratch / "files")], check=True, timeout=FETCH_TIMEOUT)
    for program in PROGRAMS:
        shutil.copy2(scratch / "files" / "usr" / "bin" / program, target)


def _apt(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["apt-get", *arguments],
            cwd=directory,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=FETCH_TIMEOUT,
        )
    except subprocess.TimeoutExpired as slow:
        raise NoPrometheus(f"apt-get did not answer within {FETCH_TIMEOUT} s: {INSTALL_IT}") from slow


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What `promtool` says to these arguments. Raises NoPrometheus."""
    command = [str(find_programs() / "promtool"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class LocalPrometheus:
    """The server whose data is in `directory`. `config` is its configuration file; it is read where it stands, so that
    paths in it are relative to it. Methods raise NoPrometheus, and PartError where it does not start."""

    def __init__(self, directory: Path, config: Path) -> None:
        self.directory = directory.resolve()
        self._config = config.resolve()
        self._process = Process(self.directory, "prometheus", stop_signal=signal.SIGTERM, grace=GRACE)
        self._url = ""

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`; known once it has been started."""
        return self._url

    def start(self) -> None:
        """Start it and wait until it is ready. It ends when this process does."""
        programs = find_programs()
        self.directory.mkdir(parents=True, exist_ok=True)
        (port,) = remembered_ports(self.directory / "ports", 1)
        self._url = f"http://127.0.0.1:{port}"
        self._process.start(
            [
                str(programs / "prometheus"),
                f"--config.file={self._config}",
                f"--storage.tsdb.path={self.directory}/data",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ],
            self._ready,
            follow=True,
        )

    def stop(self) -> None:
        self._process.stop()

    def get(self, path: str, **parameters: str) -> Any:
        """The `data` of an answer of the HTTP API. Raises ValueError with Prometheus's own words where it refuses."""
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own server
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(f"{path} {parameters}: {error.read().decode(errors='replace')[:500]}") from error

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=1) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except OSError:
            return False
