"""Elasticsearch's program: its jars are fetched from Maven Central once, then shared by all checkouts of this user."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from deploy.stack.errors import NotToBeHad, StackError
from deploy.stack.shared_program import made_whole, shared_place

VERSION = "7.10.2"
_ARTIFACT = ("org.codelibs", "elasticsearch-cluster-runner", f"{VERSION}.0")
_SHA256 = "4548229d7d304e98da1182790faf1848ec79fd25d1170295c5d59b58a63e14e8"
"""Of the names and contents of all jars."""
_PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>micromart</groupId><artifactId>elasticsearch</artifactId><version>1</version>
<dependencies><dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency></dependencies>
</project>
"""


def has_tools() -> bool:
    """Tell whether a Java that runs sources is there, and Maven where the jars have still to be fetched."""
    return bool(shutil.which("javac")) and (_place().exists() or bool(shutil.which("mvn")))


def jars() -> Path:
    """Return the folder of the jars."""
    return made_whole(_place(), _make)


def _place() -> Path:
    return shared_place(f"elasticsearch-{VERSION}")


def _make(folder: Path) -> Path:
    _fetch(folder)
    _check(folder / "lib")
    return folder / "lib"


def _fetch(folder: Path) -> None:
    (folder / "pom.xml").write_text(_PROJECT.format(*_ARTIFACT), encoding="ascii")
    copy = ["mvn", "-B", "-q", "-C", "dependency:copy-dependencies", f"-DoutputDirectory={folder / 'lib'}"]
    outcome = subprocess.run(copy, cwd=folder, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if outcome.returncode:
        message = f"elasticsearch needs {':'.join(_ARTIFACT)} from Maven Central, and mvn failed:\n{outcome.stdout}"
        raise NotToBeHad(message)


def _check(folder: Path) -> None:
    together = hashlib.sha256()
    for jar in sorted(folder.iterdir()):
        together.update(f"{jar.name} {hashlib.sha256(jar.read_bytes()).hexdigest()}\n".encode())
    if together.hexdigest() != _SHA256:
        message = f"the jars of {':'.join(_ARTIFACT)} are not those they were: their SHA-256 is {together.hexdigest()}"
        raise StackError(message)
