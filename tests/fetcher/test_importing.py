"""Files at hand become documents, each once; bombs, odd names and links are refused and stop nothing else."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher import importing
from services.fetcher.desk import Desk
from services.fetcher.importing import SOURCE, Imported, Unusable, address, collected, import_all
from services.runtime.errors import Unavailable
from tests.fetcher.conftest import PDF, Fetcher


async def imported(target: Path, fetcher: Fetcher, **terms) -> dict[str, Imported]:
    desk = Desk(fetcher.archive, fetcher.state, fetcher)
    with collected(target) as collection:
        given = {"name": collection.name, "base": None, "published": None} | terms
        found = [each async for each in import_all(collection, desk, **given)]
    return {f"{each.path} again" if each.reason == "repeated" else each.path: each for each in found}


def contents(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def outcomes(found: dict[str, Imported]) -> dict[str, str]:
    return {path: each.reason or each.outcome for path, each in found.items()}


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mirror as people keep one."""
    files = {"2023/甲局决算.pdf": PDF + b"1", "2023/乙局.html": "<html><body>决算".encode(), "a b&c#%.txt": "预算".encode()}
    return written(tmp_path / "mirror", files)


async def test_a_folder_is_imported_once_and_a_changed_file_again(folder: Path, fetcher: Fetcher) -> None:
    assert outcomes(await imported(folder, fetcher)) == dict.fromkeys(
        ["2023/乙局.html", "2023/甲局决算.pdf", "a b&c#%.txt"], "new"
    )
    first = {document.url: document for document in fetcher.documents}
    pdf = first["urn:gouji:import:mirror/2023/%E7%94%B2%E5%B1%80%E5%86%B3%E7%AE%97.pdf"]
    assert (pdf.source, pdf.version, pdf.media_type, pdf.body, pdf.published) == (SOURCE, 1, "application/pdf", PDF + b"1", None)
    assert fetcher.archive.get(pdf.sha256) == PDF + b"1"
    assert "urn:gouji:import:mirror/a%20b%26c%23%25.txt" in first
    assert set(outcomes(await imported(folder, fetcher)).values()) == {"unchanged"}
    (folder / "2023/甲局决算.pdf").write_bytes(PDF + b"2")
    assert outcomes(await imported(folder, fetcher))["2023/甲局决算.pdf"] == "changed"
    assert [(document.url, document.version) for document in fetcher.documents[3:]] == [(pdf.url, 2)]


async def test_a_zip_has_the_same_addresses_as_its_folder(folder: Path, fetcher: Fetcher, tmp_path: Path) -> None:
    await imported(folder, fetcher)
    files = {str(file.relative_to(folder)): file.read_bytes() for file in contents(folder)}
    assert set(outcomes(await imported(packed(tmp_path, "mirror.zip", **files), fetcher)).values()) == {"unchanged"}


async def test_a_base_url_and_a_date(folder: Path, fetcher: Fetcher) -> None:
    await imported(folder, fetcher, base="https://czj.example.gov.cn/yjs", published="2023-02-20")
    assert {document.url.rpartition("/")[0] for document in fetcher.documents} == {
        "https://czj.example.gov.cn/yjs", "https://czj.example.gov.cn/yjs/2023",
    }  # fmt: skip
    assert {document.published for document in fetcher.documents} == {"2023-02-20"}


async def test_what_is_no_document_is_refused_and_said(folder: Path, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".hidden.pdf", "Thumbs.db", "~$a.docx"):
        (folder / name).write_bytes(PDF)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.pdf").write_bytes(PDF)
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "program.pdf").write_bytes(b"\x7fELF\x00\x01")
    with (folder / "large.pdf").open("wb") as large:
        large.truncate(65 * 1024**2)
    (folder / "out.pdf").symlink_to("/etc/hostname")
    (folder / "in.pdf").symlink_to(folder / "2023/甲局决算.pdf")
    (folder / "nowhere.pdf").symlink_to(folder / "none")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.pdf")
    found = outcomes(await imported(folder, fetcher))
    assert {path: reason for path, reason in found.items() if reason != "new"} == {
        "empty.pdf": "empty", "program.pdf": "media_type", "large.pdf": "too_large", "out.pdf": "link", "pipe.pdf": "media_type",
        "nowhere.pdf": "unavailable",
    }  # fmt: skip
    assert len(fetcher.documents) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="file names are any bytes on Linux only")
async def test_names_that_are_gbk_or_nothing(tmp_path: Path, fetcher: Fetcher) -> None:
    names = ("决算.pdf".encode("gbk"), b"\xff\xfe\x80.pdf", b"new\nline.pdf", ("长" * 80 + ".pdf").encode())
    written(tmp_path / "old", {os.fsdecode(name): PDF + bytes([number]) for number, name in enumerate(names)})
    found = await imported(tmp_path / "old", fetcher)
    assert {"决算.pdf", "newline.pdf"} <= set(found)
    assert outcomes(found)["长" * 80 + ".pdf"] == "new"
    assert len(fetcher.documents) == 4
    assert all(document.url.isascii() and document.url.isprintable() for document in fetcher.documents)


def packed(folder: Path, name: str = "a.zip", **members: bytes) -> Path:
    file = folder / name
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return file


async def test_names_in_a_zip_lead_nowhere_and_are_those_of_the_machine_that_packed_it(tmp_path: Path, fetcher: Fetcher) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../etc/a.pdf", PDF + b"1")
        archive.writestr("/abs/b.pdf", PDF + b"2")
        archive.writestr("QQQQ.pdf", PDF + b"3")
        archive.writestr("etc/a.pdf", PDF + b"4")
        archive.writestr("__MACOSX/._a.pdf", PDF)
        archive.writestr("folder/", b"")
    file.write_bytes(file.read_bytes().replace(b"QQQQ.pdf", "决算.pdf".encode("gbk")))
    found = await imported(file, fetcher)
    assert outcomes(found) == {"etc/a.pdf": "new", "etc/a.pdf again": "repeated", "abs/b.pdf": "new", "决算.pdf": "new"}
    assert {document.url for document in fetcher.documents} >= {"urn:gouji:import:a/etc/a.pdf", "urn:gouji:import:a/abs/b.pdf"}
    assert {path.relative_to(tmp_path).parts[0] for path in contents(tmp_path)} == {"a.zip", "archive"}, "nothing is unpacked"


async def test_bombs(tmp_path: Path, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    one = packed(tmp_path, **{"zeros.pdf": PDF + bytes(70 * 1024**2), "good.pdf": PDF})
    assert outcomes(await imported(one, fetcher)) == {"zeros.pdf": "too_large", "good.pdf": "new"}
    monkeypatch.setattr(importing, "_SMALL", 1024**2)
    with pytest.raises(Unusable, match="more than is unpacked"), collected(one):
        pass
    monkeypatch.setattr(importing, "_MEMBERS_MOST", 1)
    with pytest.raises(Unusable, match="more than is unpacked"), collected(packed(tmp_path, a=b"1", b=b"2")):
        pass


async def test_damaged_and_locked_members_cost_only_themselves(tmp_path: Path, fetcher: Fetcher) -> None:
    file = packed(tmp_path, **{"a.pdf": PDF + b"the first" * 50, "b.pdf": PDF + b"2", "c.pdf": PDF + b"3"})
    raw = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        infos = {info.filename: info for info in archive.infolist()}
    start = infos["a.pdf"].header_offset + 30 + len("a.pdf")
    raw[start + 4 : start + 12] = b"\xff" * 8
    flags = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1) + 8  # of b.pdf in the directory
    raw[flags] |= 1
    raw[infos["b.pdf"].header_offset + 6] |= 1
    file.write_bytes(raw)
    assert outcomes(await imported(file, fetcher)) == {"a.pdf": "damaged", "b.pdf": "password", "c.pdf": "new"}


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_do_worse_than_be_no_archive(tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int) -> None:
    folder = tmp_path_factory.mktemp("noise", numbered=True)
    file = packed(folder, **{"a.pdf": PDF, "b.txt": b"2"})
    raw = file.read_bytes()
    file.write_bytes(raw[:place] + noise + raw[place + len(noise) :])
    try:
        with collected(file) as collection:
            for item in collection.items:
                try:
                    item.read(1000)
                except Unusable:
                    continue
    except Unusable:
        pass


@given(st.text(max_size=40))
def test_any_path_is_an_address_below_its_collection(path: str) -> None:
    made = address(importing._plain(path), "a", "https://x/y")
    assert made.startswith("https://x/y/")
    assert "/../" not in made + "/"


async def test_going_on_after_a_part_was_away(folder: Path, fetcher: Fetcher) -> None:
    for number in range(30):
        (folder / f"{number:02}.pdf").write_bytes(PDF + bytes([number]))
    publish, count = fetcher.publish, 0

    async def failing(events) -> None:
        nonlocal count
        count += 1
        if count == 12:
            raise Unavailable("broker: away")
        await publish(events)

    fetcher.publish = failing
    with pytest.raises(Unavailable):
        await imported(folder, fetcher)
    before = len(fetcher.documents)
    assert 11 <= before < 20
    found = outcomes(await imported(folder, fetcher))
    assert list(found.values()).count("unchanged") == before
    assert sorted(document.url for document in fetcher.documents) == sorted({document.url for document in fetcher.documents})
    assert len(fetcher.documents) == 33


def test_what_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no archive", "utf-8")
    for target in (tmp_path / "a.zip", tmp_path / "none"):
        with pytest.raises(Unusable), collected(target):
            pass
