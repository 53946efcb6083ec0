"""The machine's Java, and Kafka's jars for it: fetched once with Maven, checked, kept outside the checkout."""

import hashlib
import logging
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from deploy.local.errors import NoBroker, PartError
from deploy.local.process import exclusive

log = logging.getLogger(__name__)

OLDEST_JAVA = 17  # Kafka 4 brokers run on 17 and later
POM = Path(__file__).with_name("pom.xml")
CHECKSUMS = Path(__file__).with_name("jars.sha256")
FETCH_TIMEOUT = 900  # seconds
OWN_BROKER = "or set KAFKA_BOOTSTRAP_SERVERS to a broker of your own"


@dataclass(frozen=True)
class Java:
    """A Java runtime: its program and its full version, such as `17.0.15`."""

    program: str
    version: str


def find_java() -> Java:
    """$JAVA_HOME's Java, else the one on the path. Raises NoBroker when there is none or it is too old."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    program = program or shutil.which("java")
    if program is None:
        raise NoBroker(
            f"no Java on this machine: Kafka needs Java {OLDEST_JAVA} or later "
            f"(Debian: apt-get install openjdk-17-jre-headless maven), {OWN_BROKER}"
        )
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'version "((\d+)[^"]*)"', said.stderr + said.stdout)
    if match is None:
        raise NoBroker(f"{program} -version does not tell a version: {(said.stderr + said.stdout).strip()[:300]}")
    if int(match[2]) < OLDEST_JAVA:
        raise NoBroker(f"{program} is Java {match[1]}; Kafka needs {OLDEST_JAVA} or later: set JAVA_HOME to one, {OWN_BROKER}")
    return Java(program, match[1])


def kafka_version() -> str:
    """The version of Kafka that pom.xml names."""
    root = ElementTree.parse(POM).getroot()  # noqa: S314 - our own file
    version = root.findtext("{http://maven.apache.org/POM/4.0.0}version")
    assert version is not None
    return version


def cache_base() -> Path:
    """Where everything that was fetched once is kept, outside the checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gouji"


def cache_directory() -> Path:
    """Where the jars of this pom.xml are kept: a changed list of jars is another directory."""
    return cache_base() / f"kafka-{kafka_version()}-{_sha256(POM)[:8]}"


def ensure_jars() -> Path:
    """The directory with Kafka's jars, fetched now if it is not there yet.

    Safe against other processes doing the same, and against being killed halfway: the directory appears complete or
    not at all. Raises NoBroker when the jars cannot be had, or are not the ones pinned in jars.sha256.
    """
    target = cache_directory()
    if target.is_dir():
        return target
    half = target.with_name(f"{target.name}.half")
    try:
        with exclusive(target.with_name(f"{target.name}.lock")):
            if not target.is_dir():
                shutil.rmtree(half, ignore_errors=True)
                half.mkdir()
                fetch(half)
                verify(half)
                half.rename(target)
    except NoBroker:
        raise
    except (OSError, PartError) as error:
        raise NoBroker(f"cannot keep Kafka's jars in {target.parent}: {error}. Set XDG_CACHE_HOME, {OWN_BROKER}") from error
    return target


def fetch(directory: Path) -> None:
    """Have Maven copy the jars of pom.xml into `directory`. Raises NoBroker with Maven's own words."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NoBroker(
            f"Kafka's jars are not in {cache_directory()} yet and there is no Maven to fetch them: "
            f"install it (Debian: apt-get install maven), {OWN_BROKER}"
        )
    log.info("fetching Kafka %s (45 MB) into %s, once", kafka_version(), cache_directory())
    command = [maven, "--batch-mode", "--quiet", "--strict-checksums", "-Dstyle.color=never", "-f", str(POM),
               "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={directory}"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=FETCH_TIMEOUT)
    except subprocess.TimeoutExpired as slow:
        raise NoBroker(f"Maven did not fetch Kafka's jars within {FETCH_TIMEOUT} s: try again, {OWN_BROKER}") from slow
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")][:3]
        raise NoBroker(
            "Maven could not fetch Kafka's jars - this needs the network (or a mirror in ~/.m2/settings.xml) once, "
            f"{OWN_BROKER}. Maven says:\n" + "\n".join(errors or [done.stderr[-1000:]])
        )


def verify(directory: Path) -> None:
    """Compare the fetched jars with jars.sha256. Raises NoBroker when one is missing, new or different."""
    if (found := checksums(directory)) != CHECKSUMS.read_text():
        wrong = sorted(set(found.splitlines()) ^ set(CHECKSUMS.read_text().splitlines()))
        raise NoBroker("the jars Maven fetched are not the pinned ones; they differ in:\n" + "\n".join(wrong[:10]))


def checksums(directory: Path) -> str:
    """The jars in `directory` in the format of sha256sum."""
    return "".join(f"{_sha256(jar)}  {jar.name}\n" for jar in sorted(directory.glob("*.jar")))


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
