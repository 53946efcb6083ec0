"""`python -m deploy.local up|down|status|pin`: Kafka and PostgreSQL on this machine, by hand."""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from deploy.local.errors import PartError
from deploy.local.java import CHECKSUMS, checksums, fetch
from deploy.local.parts import DATABASE_VARIABLE, KAFKA_VARIABLE, LocalParts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status", "pin"],
                        help="up: start both and leave them running; down: stop them; status: what runs; "
                        "pin: fetch the jars of pom.xml and write their checksums")  # fmt: skip
    parser.add_argument("--data", type=Path, default=Path(".gouji"), metavar="DIR", help="their data (default: .gouji)")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        return pin() if arguments.command == "pin" else serve(arguments.command, arguments.data)
    except PartError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


def serve(command: str, data: Path) -> int:
    """Exit status 0; `status` is 0 only if both parts run."""
    parts = LocalParts(data, follow=False)
    if command == "up":
        parts.start()
        print(f"export {KAFKA_VARIABLE}={parts.bootstrap}\nexport {DATABASE_VARIABLE}='{parts.dsn}'")  # noqa: T201
    elif command == "down":
        parts.down()
    else:
        pids = parts.pids()
        for part, pid in pids.items():
            print(f"{part:9}{f'running, process {pid}' if pid else 'not running'}")  # noqa: T201
        return 0 if all(pids.values()) else 1
    return 0


def pin() -> int:
    with tempfile.TemporaryDirectory(prefix="gouji-jars-") as directory:
        fetch(Path(directory))
        CHECKSUMS.write_text(checksums(Path(directory)))
    print(f"written: {CHECKSUMS}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
