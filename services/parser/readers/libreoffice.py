"""LibreOffice as a converter of hostile files: in a throw-away profile of its own, without macros, links or network, with a time
limit, and gone with whoever asked for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from services.parser.layout import Unreadable

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 90
_GRACE = 5  # seconds between being asked to end and being killed
_MAX_OUTPUT = 64 * 1024 * 1024
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_TIMED_OUT = (124, -signal.SIGKILL)  # how coreutils' timeout says that it was one, and that it had to kill
_NOWHERE = "127.0.0.1"  # as a proxy on the discard port, where nothing listens

_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", 3),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", 2),  # never
    ("Office.Calc/Content/Update", "Link", 2),
    ("Inet/Settings", "ooInetProxyType", 2),  # manual
    *(("Inet/Settings", f"ooInet{kind}ProxyName", _NOWHERE) for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", 9) for kind in ("HTTP", "HTTPS", "FTP")),
)
"""Where in LibreOffice's configuration (``org.openoffice.``…), what, and how it is set."""


def program() -> str | None:
    """The path of LibreOffice; null where it is not installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def converted(body: bytes, suffix: str, target: str) -> bytes:
    """A file saved in another format (``.doc`` → ``docx``).

    Raises ``Unreadable``: ``unsupported`` (not installed, does not start), ``damaged`` (not converted), ``timeout``.
    """
    office = program()
    if office is None:
        raise Unreadable("needs-libreoffice")
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as directory:
        folder = Path(directory)
        (folder / f"in{suffix}").write_bytes(body)
        _write_profile(folder / "profile")
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", target, "--outdir", directory]
        _run([*_without_network(), *_ended(), office, profile, *options, f"in{suffix}"], folder)
        result = folder / f"in.{target}"
        if not result.is_file() or result.stat().st_size > _MAX_OUTPUT:
            raise Unreadable("not-converted")
        return result.read_bytes()


def _run(command: list[str], folder: Path) -> None:
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)}
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"SAL_USE_VCLPLUGIN": "svp"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_bounded,
        )
    except OSError as error:
        raise Unreadable("no-start") from error
    try:
        process.wait(SECONDS + 2 * _GRACE)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("slow-conversion", seconds=SECONDS) from error
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # and whatever it has started
        process.wait()
    if process.returncode in _TIMED_OUT:
        raise Unreadable("slow-conversion", seconds=SECONDS)


def _bounded() -> None:
    """Last thing before LibreOffice: its files may not fill the disk, and it ends with the worker that asked for it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * _MAX_OUTPUT, 4 * _MAX_OUTPUT))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _ended() -> list[str]:
    """The command that ends LibreOffice, which is several processes, in time even if nobody is left to do so.

    It passes on the signal that comes when the worker dies, and kills what does not heed it.
    """
    timeout = shutil.which("timeout")
    return [timeout, f"--kill-after={_GRACE}", str(SECONDS)] if timeout else []


@cache
def _without_network() -> tuple[str, ...]:
    """The command that runs another one in a network namespace with nothing in it, where the system lets us."""
    unshare = shutil.which("unshare")
    command = (unshare or "", "--user", "--map-current-user", "--net")
    try:
        allowed = unshare is not None and subprocess.run([*command, "true"], capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        allowed = False
    return command if allowed else ()


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
