"""Old Office files: what can be read here, what LibreOffice is asked for, and what is said where there is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from services.parser.layout import Grid, Unreadable
from services.parser.readers import read
from services.parser.readers.old import CONVERTERS
from tests.fuzz.seeds import ROWS, SENTENCE, compound, word, workbook

OFFICE = next(filter(None, map(shutil.which, CONVERTERS)), None)
with_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
RTF = rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Income 1,234.50\par}"


def old(body: bytes, suffix: str, target: str, folder: Path) -> bytes:
    """A document saved as an old one."""
    (folder / f"in.{suffix}").write_bytes(body)
    command = [
        OFFICE or "",
        f"-env:UserInstallation={folder.as_uri()}/profile",
        "--headless",
        "--convert-to",
        target,
        f"in.{suffix}",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return (folder / f"in.{target}").read_bytes()


@with_office
def test_an_old_word_document_is_converted(tmp_path: Path) -> None:
    layout = read(old(word(), "docx", "doc", tmp_path))
    assert layout.reader == "doc" and SENTENCE in {getattr(block, "text", "") for block in layout.blocks}


@with_office
def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    layout = read(old(workbook(), "xlsx", "xls", tmp_path))
    (grid,) = (block for block in layout.blocks if isinstance(block, Grid))
    assert layout.reader == "xls" and [cell.text for cell in grid.cells if cell.row == 0] == list(ROWS[0])


@pytest.mark.skipif(OFFICE is not None, reason="LibreOffice is installed")
@pytest.mark.parametrize("stream", ["WordDocument", "WpsDocument"])
def test_without_libreoffice_an_old_text_says_what_it_needs(stream: str) -> None:
    body = compound().replace("Workbook".encode("utf-16-le"), b"") + stream.encode("utf-16-le") + bytes(512)
    with pytest.raises(Unreadable, match="LibreOffice") as caught:
        read(body)
    assert caught.value.code == "unsupported"


@pytest.mark.skipif(OFFICE is not None, reason="LibreOffice is installed")
def test_without_libreoffice_rich_text_says_what_it_needs() -> None:
    with pytest.raises(Unreadable, match="LibreOffice"):
        read(RTF)


def test_a_program_that_fails_is_a_damaged_file_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(Unreadable) as caught:
        read(RTF)
    assert caught.value.code == "damaged"


def test_a_converter_is_asked_for_docx_in_a_directory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that answers as LibreOffice does: a file beside the one it was given."""
    (tmp_path / "answer.docx").write_bytes(word())
    program = tmp_path / "soffice"
    program.write_text(f'#!/bin/sh\ntest -f in.rtf || exit 2\ncp "{tmp_path}/answer.docx" "$(pwd)/in.docx"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert read(RTF).reader == "doc"


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(Unreadable) as caught:
        read(compound().replace("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")))
    assert caught.value.code == "encrypted"
