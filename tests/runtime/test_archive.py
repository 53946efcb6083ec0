"""The archive keeps every body once, whole, under its sha256."""

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.archive import Archive, Damaged
from services.runtime.metrics import REGISTRY


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_what_was_put_is_got_by_its_sha256(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path / "archive"))
    digest = archive.put("决算".encode())
    assert digest == hashlib.sha256("决算".encode()).hexdigest()
    assert archive.get(digest) == "决算".encode()
    assert digest in archive


def test_putting_twice_keeps_one_file_and_leaves_it_alone(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    archive.put(b"body")
    (path,) = files(tmp_path)
    written = path.stat().st_mtime_ns
    archive.put(b"body")
    assert files(tmp_path) == [path]
    assert path.stat().st_mtime_ns == written


def test_a_body_cut_short_is_found_out_and_mended_by_the_next_put(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    digest = archive.put(b"a whole body")
    (path,) = files(tmp_path)
    path.write_bytes(b"a whole")
    with pytest.raises(Damaged, match=digest):
        archive.get(digest)
    archive.put(b"a whole body")
    assert archive.get(digest) == b"a whole body"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError("no space left on device")

    archive = Archive(str(tmp_path))
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        archive.put(b"body")
    assert files(tmp_path) == []


def test_many_writers_of_one_body_end_with_one_whole_file(tmp_path: Path) -> None:
    body = bytes(1_000_000)
    threads = [threading.Thread(target=Archive(str(tmp_path)).put, args=(body,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() == body for path in files(tmp_path)] == [True]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_a_sha256_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        Archive(str(tmp_path)).get(name)


def test_what_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    assert "0" * 64 not in archive
    with pytest.raises(FileNotFoundError):
        archive.get("0" * 64)


@given(st.binary(max_size=2000))
def test_any_url_of_a_file_system_will_do(body: bytes) -> None:
    archive = Archive("memory://bucket/prefix")
    assert archive.get(archive.put(body)) == body


def test_a_local_archive_tells_how_much_room_is_left(tmp_path: Path) -> None:
    Archive(str(tmp_path / "not" / "there" / "yet"))
    free = REGISTRY.get_sample_value("gouji_archive_free_ratio", {"archive": str(tmp_path / "not" / "there" / "yet")})
    assert free is not None
    assert 0 < free < 1


def test_it_names_what_it_holds_and_nothing_else(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path / "archive"))
    assert list(archive.names()) == []
    digests = {archive.put(body) for body in (b"one", b"two")}
    (tmp_path / "archive" / "README").write_text("not a body")
    assert set(archive.names()) == digests


def test_who_has_no_archive_tells_of_none() -> None:
    """A gauge without labels would say 0, and an alert would call that a full disk."""
    code = "from services.runtime import http, metrics; print(http.generate_latest(metrics.REGISTRY).decode())"
    exposed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "# HELP gouji_archive_free_ratio" in exposed
    assert "\ngouji_archive_free_ratio" not in exposed
