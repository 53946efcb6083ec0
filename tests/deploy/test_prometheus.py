"""Prometheus's programs: those of the machine, else Debian's, fetched once - and clear words where neither is to be had.

Nothing is downloaded here: `apt-get` and `dpkg-deb` are scripts.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import NoPrometheus
from deploy.local.prometheus import LocalPrometheus, find_programs

Script = Callable[[str, str], None]
DPKG = 'mkdir -p "$3/usr/bin"; echo > "$3/usr/bin/prometheus"; echo > "$3/usr/bin/promtool"'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """A machine with an empty cache and nothing on its path but a shell's needs and the scripts that are installed here."""
    directory = tmp_path / "bin"
    directory.mkdir()
    for program in ("sh", "mkdir", "grep", "touch"):
        (directory / program).symlink_to(f"/bin/{program}" if Path(f"/bin/{program}").exists() else f"/usr/bin/{program}")
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def install(name: str, script: str) -> None:
        (directory / name).write_text(f"#!/bin/sh\n{script}\n")
        (directory / name).chmod(0o755)

    return install


def test_the_machines_own_programs_are_used(machine: Script, tmp_path: Path) -> None:
    machine("prometheus", "")
    machine("promtool", "")
    assert find_programs() == tmp_path / "bin"


def test_without_them_and_without_debian_it_says_what_to_do(machine: Script) -> None:
    with pytest.raises(NoPrometheus, match="on the PATH"):
        find_programs()


def test_debians_package_is_unpacked_once(machine: Script, tmp_path: Path) -> None:
    machine("apt-get", f"echo $* >> {tmp_path}/calls; touch prometheus_1_amd64.deb")
    machine("dpkg-deb", DPKG)
    programs = find_programs()
    assert sorted(file.name for file in programs.iterdir()) == ["prometheus", "promtool"]
    assert find_programs() == programs
    assert len((tmp_path / "calls").read_text().splitlines()) == 1


def test_without_package_lists_it_makes_its_own(machine: Script, tmp_path: Path) -> None:
    machine(
        "apt-get",
        f"""echo "$*" >> {tmp_path}/calls
        if echo "$*" | grep -q update; then touch {tmp_path}/lists; exit 0; fi
        echo "$*" | grep -q Dir::State::lists || exit 100
        touch prometheus_1_amd64.deb""",
    )
    machine("dpkg-deb", DPKG)
    assert (find_programs() / "promtool").exists()
    assert (tmp_path / "lists").exists()
    assert "Dir::State" not in (tmp_path / "calls").read_text().splitlines()[0]


def test_a_failed_download_leaves_nothing_and_tells_why(machine: Script, tmp_path: Path) -> None:
    machine("apt-get", "echo 'E: the mirror is gone' >&2; exit 100")
    machine("dpkg-deb", DPKG)
    with pytest.raises(NoPrometheus, match="the mirror is gone"):
        find_programs()
    assert not (tmp_path / "cache" / "gouji" / "prometheus-debian").exists()


def test_a_server_answers_queries_and_refuses_nonsense(prometheus_programs: Path, tmp_path: Path) -> None:
    config = tmp_path / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1s}\n")
    server = LocalPrometheus(tmp_path / "prometheus", config)
    server.start()
    try:
        assert server.get("query", query="vector(1)")["result"][0]["value"][1] == "1"
        with pytest.raises(ValueError, match="parse error"):
            server.get("query", query="vector(1")
    finally:
        server.stop()
