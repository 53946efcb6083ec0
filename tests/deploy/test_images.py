"""The image: its Dockerfile is linted, and its build runs as the script that it is, in a clean directory."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.inventory import services

ROOT = Path(__file__).parents[2]
COPIED = ("pyproject.toml", "requirements.in", "requirements.txt", "schemas", "services", "deploy")


def test_the_dockerfile_is_clean() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, ROOT / "deploy" / "images" / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_the_dockerfile_copies_is_what_is_tried_here_and_not_ignored() -> None:
    lines = (ROOT / "deploy" / "images" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == set(COPIED)
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == set(COPIED)


@pytest.mark.slow
def test_the_build_installs_everything_that_the_services_need(tmp_path: Path) -> None:
    """With this environment's libraries instead of downloaded ones; the whole of it: sh deploy/images/build.sh TARGET."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / "src" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    done = subprocess.run(
        ["sh", "deploy/images/build.sh", str(tmp_path / "environment"), sys.prefix],
        cwd=tmp_path / "src",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    answered = {line.split(".")[1] for line in done.stdout.splitlines() if line.endswith(".service answers")}
    assert answered == set(services())
    assert "6 errors" in done.stdout
