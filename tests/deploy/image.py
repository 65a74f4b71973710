"""The image without a Docker engine: its build lines run here, its programs as its user on a read-only file system."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.operating_files import ROOT, instructions

USER = 10001
_PLACES = {"/opt/micromart": "opt/micromart", "/src": "src", "/wheel": "wheel"}
_READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && exec "$@"'


@dataclass(frozen=True)
class Image:
    """What the build stage made, under a folder of its own, and a home that the image's user may write."""

    root: Path

    @property
    def site_packages(self) -> Path:
        [folder] = (self.root / "opt/micromart/lib").glob("python3.*/site-packages")
        return folder

    def start(self, *words: str, home: Path, **environ: str) -> subprocess.Popen[str]:
        """Start a program of the image: user 10001, no rights, and nothing that can be written but `home`."""
        as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"]
        path = f"{self.root / 'opt/micromart/bin'}:/usr/bin:/bin"
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", _READ_ONLY, home, *as_user, "--bounding-set=-all", *words],
            env={"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "MICROMART_HOME": str(home), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
        )

    def run(self, *words: str, home: Path, **environ: str) -> str:
        """Run a program of the image to its end, which must be a good one, and return what it told."""
        process = self.start(*words, home=home, **environ)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err + "".join(file.read_text() for file in home.rglob("crash_*"))
        return out

    def does(self, *words: str, home: Path) -> bool:
        """Run a program of the image and tell whether it ended well."""
        process = self.start(*words, home=home)
        process.communicate(timeout=120)
        return process.returncode == 0


def build(root: Path) -> Image:
    """Run the lines of the stage `build`, with its folders under `root` and a Python that the image's user may run."""
    _base_python(root / "base")
    for source in _copied():
        (root / "src" / source).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, root / "src" / source)
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    environ = os.environ | quiet | {"PATH": f"{root / 'base/bin'}:{os.environ['PATH']}"}
    for line in instructions("RUN"):
        if "groupadd" not in line:  # the users of this machine stay as they are
            words = ["sh", "-ec", _moved(line, root)]
            done = subprocess.run(words, check=False, cwd=root / "src", env=environ, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
    return Image(root)


def why_not() -> str | None:
    """Say what this machine lacks to pretend to be a container."""
    if os.geteuid() != 0:
        return "only root can become another user"
    try:
        subprocess.run(["unshare", "--mount", "setpriv", "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return "there is no unshare or setpriv that works"
    return None if _python() else f"no Python here may be run by user {USER}"


def until(done: Callable[[], bool]) -> None:
    """Wait for something that a program does in its own time."""
    for _ in range(100):
        if done():
            return
        time.sleep(0.2)
    raise AssertionError("it never happened")


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _moved(line: str, root: Path) -> str:
    """Return a line of the Dockerfile with its places under `root`."""
    for place, here in _PLACES.items():
        line = line.replace(place, str(root / here))
    return line


def _copied() -> list[str]:
    return [source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]]


def _python() -> str | None:
    """Return a Python that is good enough and lies where others may go: that of a developer may be under /root."""
    # setpriv still has root's rights when it starts the program: the program has to look whether it may be started.
    question = "import os, sys; sys.exit(sys.version_info < (3, 11) or not os.access(sys.executable, os.X_OK))"
    for candidate in (f"{sys.base_prefix}/bin/python3", "/usr/local/bin/python3", "/usr/bin/python3"):
        asked = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", candidate, "-c", question]
        if subprocess.run(asked, check=False, capture_output=True, cwd="/").returncode == 0:
            return candidate
    return None


def _base_python(folder: Path) -> None:
    """Make what the base image brings: a Python with pip, also out of Debian's, which has none."""
    python = _python()
    made = subprocess.run([python, "-m", "venv", folder], check=False, capture_output=True)
    if made.returncode != 0:
        subprocess.run([python, "-m", "venv", "--clear", "--without-pip", folder], check=True)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", folder / "bin/python", "pip"], check=True)
