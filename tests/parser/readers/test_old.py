"""Old Office files: read through LibreOffice where it is installed, refused with what is missing where not; never trusted."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import psutil
import pytest
from odf.draw import Frame, Image
from odf.opendocument import OpenDocumentText
from odf.text import P

from services.parser.layout import Grid, Layout, TextBlock, Unreadable
from services.parser.readers import libreoffice, read
from tests.fuzz.seeds import ROWS, SENTENCE, TITLE, compound, word

OFFICE = libreoffice.program()
with_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
RTF = rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Income 1,234.50\par}"


def disclosure() -> bytes:
    """A Word document of today, to be saved as an old one: a ruled table with merged cells between two paragraphs."""
    document = docx.Document()
    document.add_heading(TITLE, 1)
    document.add_paragraph(SENTENCE)
    table = document.add_table(len(ROWS) + 1, len(ROWS[0]))
    table.style = "Table Grid"
    table.cell(0, 0).merge(table.cell(0, 2)).text = "收入决算表"
    for row, cells in enumerate(ROWS, 1):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    document.add_paragraph("注：本表反映本年度取得的各项收入情况。")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def old_word() -> bytes:
    return libreoffice.converted(disclosure(), ".docx", "doc")


def texts(layout: Layout) -> list[str]:
    return [block.text for block in layout.blocks if isinstance(block, TextBlock)]


def cells(layout: Layout) -> list[list[str]]:
    (grid,) = (block for block in layout.blocks if isinstance(block, Grid))
    return [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.n_rows)]


@with_office
def test_an_old_word_document_is_read_whatever_it_is_called(old_word: bytes) -> None:
    layout = read(old_word, "决算.wps")
    assert (layout.reader, texts(layout)) == ("doc", [TITLE, SENTENCE, "注：本表反映本年度取得的各项收入情况。"])
    assert cells(layout) == [["收入决算表"], *map(list, ROWS)]


def rich() -> bytes:
    """The same in Rich Text Format, its characters as signed numbers of 16 bits."""

    def escaped(text: str) -> str:
        return "".join(c if c.isascii() else f"\\u{ord(c) - 65536 * (ord(c) > 32767)}?" for c in text)

    edges = "".join(f"\\cellx{3000 * (k + 1)}" for k in range(len(ROWS[0])))
    rows = (f"\\trowd{edges}" + "".join(f"\\intbl {escaped(cell)}\\cell" for cell in row) + "\\row" for row in ROWS)
    return f"{{\\rtf1\\ansi {escaped(TITLE)}\\par {escaped(SENTENCE)}\\par {''.join(rows)}\\pard\\par}}".encode()


@with_office
def test_rich_text_is_read() -> None:
    layout = read(rich())
    assert (layout.reader, texts(layout), cells(layout)) == ("rtf", [TITLE, SENTENCE], list(map(list, ROWS)))


def hollow(body: bytes) -> bytes:
    """A compound file with nothing left in it but its header and its directory."""
    sectors = [body[at : at + 512] for at in range(0, len(body), 512)]
    named = {"Root Entry".encode("utf-16-le"), "WordDocument".encode("utf-16-le")}
    return b"".join(
        sector if not number or any(name in sector for name in named) else bytes(512) for number, sector in enumerate(sectors)
    )


@with_office
def test_a_damaged_document_is_refused(old_word: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(hollow(old_word))
    assert caught.value.code == "damaged"


@with_office
def test_a_document_with_a_password_is_refused_before_libreoffice_is_asked(old_word: bytes, without_office: None) -> None:
    start = next(at for at in range(512, len(old_word), 512) if old_word.startswith(b"\xec\xa5", at))
    marked = bytearray(old_word)
    marked[start + 11] |= 1  # fEncrypted
    with pytest.raises(Unreadable) as caught:
        read(bytes(marked))
    assert caught.value.code == "encrypted"


class Site:
    """A web server that notes who asks."""

    def __init__(self) -> None:
        asked = self.asked = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def linking(url: str) -> bytes:
    """An OpenDocument text with a picture that is elsewhere."""
    document = OpenDocumentText()
    paragraph = P(text=SENTENCE)
    frame = Frame(width="5cm", height="5cm", anchortype="paragraph")
    frame.addElement(Image(href=url, type="simple", show="embed", actuate="onLoad"))
    paragraph.addElement(frame)
    document.text.addElement(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@with_office
@pytest.mark.parametrize("namespace", [True, False], ids=["without a network", "with one"])
def test_what_a_document_links_to_is_not_fetched(site: Site, monkeypatch: pytest.MonkeyPatch, namespace: bool) -> None:
    """Neither where the system lets us take the network away, nor by LibreOffice's own settings where it does not."""
    if not namespace:
        monkeypatch.setattr(libreoffice, "_without_network", tuple)
    body = libreoffice.converted(linking(f"{site.url}/picture.png"), ".odt", "doc")
    assert f"{site.url}/picture.png".encode("utf-16-le") in body  # which LibreOffice as it comes does fetch
    assert SENTENCE in texts(read(body))
    assert site.asked == []


@pytest.fixture
def without_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)


@pytest.mark.usefixtures("without_office")
@pytest.mark.parametrize("stream", ["WordDocument", "WpsDocument"])
def test_without_libreoffice_an_old_text_says_what_it_needs(stream: str) -> None:
    body = compound().replace("Workbook".encode("utf-16-le"), b"") + stream.encode("utf-16-le") + bytes(512)
    with pytest.raises(Unreadable, match="LibreOffice") as caught:
        read(body)
    assert caught.value.code == "unsupported"


@pytest.mark.usefixtures("without_office")
def test_without_libreoffice_rich_text_says_what_it_needs() -> None:
    with pytest.raises(Unreadable, match="LibreOffice"):
        read(RTF)


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(Unreadable) as caught:
        read(compound().replace("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")))
    assert caught.value.code == "encrypted"


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program called soffice, first on the path, its script to be written."""
    program = tmp_path / "soffice"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return program


def test_a_program_that_fails_is_a_damaged_file_not_a_crash(stand_in: Path) -> None:
    stand_in.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(Unreadable) as caught:
        read(RTF)
    assert caught.value.code == "damaged"


def test_a_converter_sees_a_directory_of_its_own_and_nothing_of_our_environment(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    (stand_in.parent / "answer.docx").write_bytes(word())
    stand_in.write_text(
        "#!/bin/sh\n"
        'test -f in.rtf && test "$HOME" = "$(pwd)" && test -z "$DATABASE_URL" || exit 2\n'
        "grep -q MacroSecurityLevel profile/user/registrymodifications.xcu || exit 2\n"
        f'cp "{stand_in.parent}/answer.docx" in.docx\n'
    )
    assert read(RTF).reader == "rtf"


def children(file: Path) -> list[int]:
    """The processes that a stand-in says it is."""
    deadline = time.monotonic() + 60
    while not file.exists() or len(file.read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return [int(text) for text in file.read_text().split()]


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


STUCK = '#!/bin/sh\ntrap "" TERM\nsleep 600 &\necho $$ $! > "{file}"\nwait\n'


def test_a_conversion_that_takes_too_long_ends_with_all_that_it_started(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "SECONDS", 1)
    monkeypatch.setattr(libreoffice, "_GRACE", 1)
    file = stand_in.parent / "pids"
    stand_in.write_text(STUCK.format(file=file))
    with pytest.raises(Unreadable) as caught:
        read(RTF)
    assert caught.value.code == "timeout"
    assert all(map(gone, children(file)))


@pytest.mark.skipif(sys.platform != "linux", reason="a parent-death signal is Linux's")
def test_a_conversion_ends_with_the_worker_that_asked_for_it(stand_in: Path) -> None:
    file = stand_in.parent / "pids"
    stand_in.write_text(STUCK.format(file=file))
    code = f"from services.parser.readers import libreoffice, read; libreoffice._GRACE = 1; read({RTF!r})"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as worker:
        started = children(file)
        os.kill(worker.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while not all(map(gone, started)):
        assert time.monotonic() < deadline, "the conversion outlived its worker"
        time.sleep(0.1)
