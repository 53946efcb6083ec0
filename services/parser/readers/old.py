"""Old texts (DOC, WPS, RTF) → Layout: converted to DOCX by LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from services.content.sniff import OLE, RTF, sniff
from services.parser.layout import Layout, Unreadable
from services.parser.readers import docx
from services.parser.readers.limits import Limits

CONVERTERS = ("soffice", "libreoffice")
_SECONDS = 90
_MAX_OUTPUT = 64 * 1024 * 1024


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``encrypted``, ``unsupported`` (no LibreOffice, no Office file), ``damaged``, ``timeout``."""
    kind = sniff(body)
    if kind == OLE:
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise Unreadable("password")
        raise Unreadable("compound")
    return _converted(body, ".rtf" if kind == RTF else ".doc", limits)


def _converted(body: bytes, suffix: str, limits: Limits) -> Layout:
    program = next(filter(None, map(shutil.which, CONVERTERS)), None)
    if program is None:
        raise Unreadable("needs-libreoffice")
    with tempfile.TemporaryDirectory(prefix="gouji-") as directory:
        folder = Path(directory)
        (folder / f"in{suffix}").write_bytes(body)
        command = [
            program,
            f"-env:UserInstallation={folder.as_uri()}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
        ]
        try:
            subprocess.run(
                [*command, "--outdir", directory, f"in{suffix}"],
                cwd=directory,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable("slow-conversion", seconds=_SECONDS) from error
        except OSError as error:
            raise Unreadable("no-start") from error
        result = folder / "in.docx"
        if not result.is_file() or result.stat().st_size > _MAX_OUTPUT:
            raise Unreadable("not-converted")
        layout = docx.read(result.read_bytes(), None, limits)
    layout.reader = "doc"
    return layout
