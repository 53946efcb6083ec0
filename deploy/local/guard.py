"""Runs one server, and ends it when whoever asked for it is gone. A script of its own: `guard.py SPEC COMMAND...`.

A parent-death signal alone would not do: Linux sends it when the *thread* that started the child ends, other systems
not at all, and a killed Kafka or PostgreSQL has to recover its log. So this small process stands between: it sees by
its parent's id that the starter is gone - however it went - and stops the server cleanly; should the guard itself be
killed, the kernel kills the server (Linux).

SPEC is JSON: `parent` (process id to follow, 0: nobody), `pid_file` (receives the
server's process id and the parent's), `stop_signal`
and `grace` (how the server ends cleanly, and after how many seconds it is killed), `account` (whom to run as; needs
root), or null. Exits with the server's exit status. Uses the standard library only: it starts without site-packages.
"""

import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

POLL = 0.1  # seconds between two looks at the child and at the parent

# linux/prctl.h, linux/capability.h
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAPABILITY_VERSION_3, CAP_DAC_OVERRIDE = 0x20080522, 1


def become(account: str) -> None:
    """Give up root for `account`, keeping on Linux the one right to pass through directories closed to it.

    PostgreSQL refuses to run as root, but what root made - the environment with its programs, the data directory's
    parents - may be closed to everyone else. Keeping CAP_DAC_OVERRIDE beats opening those directories to the world.
    """
    entry = pwd.getpwnam(account)
    linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True)
    if linux:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    if linux:
        bit = 1 << CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        effective_permitted_inheritable = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        libc.capset(header, effective_permitted_inheritable)
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def enter(account: str | None) -> None:
    """In the child, before it becomes the server."""
    if account is not None:
        become(account)
    if sys.platform == "linux":  # last: a change of user clears it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def end(server: subprocess.Popen[bytes], stop_signal: int, grace: float) -> None:
    """Stop the server cleanly, or by force after `grace` seconds."""
    server.send_signal(stop_signal)
    try:
        server.wait(grace)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main() -> int:
    spec = json.loads(sys.argv[1])
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # one thread only, so that preexec_fn is safe and the parent-death signal means this process
    server = subprocess.Popen(sys.argv[2:], preexec_fn=lambda: enter(spec["account"]))
    try:
        if spec["pid_file"]:
            Path(spec["pid_file"]).write_text(f"{server.pid} {spec['parent']}")
        while server.poll() is None and spec["parent"] in (0, os.getppid()):
            time.sleep(POLL)
    finally:
        if server.poll() is None:
            end(server, spec["stop_signal"], spec["grace"])
    return server.returncode


if __name__ == "__main__":
    sys.exit(main())
