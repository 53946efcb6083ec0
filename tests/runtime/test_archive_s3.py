"""The archive in an S3-compatible object store: the same as in a directory, and away is away."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer

from services.runtime.archive import Archive, Damaged

URL = "s3://disclosures/archive"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedMotoServer]:
    """An object store on this machine with the bucket of ``URL``, told as any S3-compatible one."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "gouji",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="disclosures")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    yield server
    server.stop()


def test_bodies_are_kept_once_and_got_whole(store: ThreadedMotoServer) -> None:
    archive = Archive(URL)
    digest = archive.put("决算".encode())
    assert archive.put("决算".encode()) == digest
    assert digest in archive
    assert "0" * 64 not in archive
    assert archive.get(digest) == "决算".encode()
    assert list(archive.names()) == [digest]
    with pytest.raises(FileNotFoundError):
        archive.get("0" * 64)
    boto3.client("s3").put_object(Bucket="disclosures", Key=f"archive/{digest[:2]}/{digest[2:4]}/{digest}", Body=b"other")
    with pytest.raises(Damaged):
        archive.get(digest)


def test_a_store_that_is_away_is_an_os_error(store: ThreadedMotoServer) -> None:
    archive = Archive(URL)
    digest = archive.put(b"there")
    store.stop()
    for reach in (lambda: archive.put(b"new"), lambda: archive.get(digest), lambda: digest in archive):
        with pytest.raises(OSError, match=r".+"):
            reach()
