"""The command line under test: in this process on a home of its own, or as a process of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from micromart_cli.main import main
from micromart_core.caller import Caller
from micromart_core.gateway import LocalGateway
from micromart_core.home import Home
from micromart_core.identity import KnownCaller
from micromart_core.permissions import EVERYTHING
from tests.cli import at_issuer
from tests.cli.ran import Ran
from tests.elsewhere import beside
from tests.home_elsewhere import HomeElsewhere

OPERATOR = KnownCaller(Caller("operator:test", EVERYTHING, signed_in=True))


class DoorsOf:
    """The doors of one person of a shop under test."""

    def __init__(self, door: LocalGateway) -> None:
        self.door = door

    @property
    def shop(self):
        raise AssertionError("this verb opens the shop itself: run it without `by`")

    shop_here = shop

    def person(self) -> LocalGateway:
        return self.door

    def operator(self) -> LocalGateway:
        return replace(beside(self.door), identity=OPERATOR)

    def send_mail(self) -> None:
        """Letters of a shop under test are sent when the story says so."""

    def close(self) -> None:
        """The fixture closes the shop."""


class CommandLine:
    """Runs verbs in this process: `cli("stock", "show", "TEA-01", "--json", by=shop.staff())`."""

    def __init__(self, home: Path, elsewhere: HomeElsewhere, capsys, monkeypatch) -> None:
        self.home, self._elsewhere, self._capsys, self._monkeypatch = home, elsewhere, capsys, monkeypatch

    def __call__(self, *words: str, by: LocalGateway | None = None, stdin: str = "") -> Ran:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        self._capsys.readouterr()
        code = self._run([str(word) for word in words], by)
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)

    def _run(self, words: list[str], by: LocalGateway | None) -> int:
        if by is not None:
            return main(words, DoorsOf(by))
        with self._monkeypatch.context() as while_it_runs, self._elsewhere.answering(words, os.environ) as settings:
            for name, value in settings.items():
                while_it_runs.setenv(name, value)
            return main(words)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home of its own; every other setting of this machine is forgotten."""
    for name in os.environ:
        if name.startswith("MICROMART_") and ("__" in name or name == "MICROMART_HOME"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    monkeypatch.setenv("MICROMART_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def home_elsewhere(home):
    """The shop of this home behind a gateway, where the whole run is asked to be elsewhere."""
    elsewhere = HomeElsewhere()
    yield elsewhere
    elsewhere.close()


@pytest.fixture
def home_at_shop(home, home_elsewhere) -> Home:
    """Where the person of this home keeps their sign-in and the secret of their cart."""
    return home_elsewhere.home_at_shop(home)


@pytest.fixture
def cli(home, home_elsewhere, capsys, monkeypatch) -> CommandLine:
    """Run verbs in this process."""
    return CommandLine(home, home_elsewhere, capsys, monkeypatch)


@pytest.fixture
def micromart(home, home_elsewhere):
    """Run verbs as processes of their own, as a script does: `micromart("product", "list", "--json")`."""

    def run(*words: str, stdin: str = "", env: dict[str, str] | None = None, timeout: float = 60) -> Ran:
        given = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(env or {})}
        line = [str(word) for word in words]
        with home_elsewhere.answering(line, given) as settings:
            done = subprocess.run(
                [sys.executable, "-m", "micromart_cli.main", *line],
                input=stdin,
                env=given | settings,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def device_login(home_elsewhere) -> Callable[..., at_issuer.DeviceLogin]:
    """Begin a verb that waits until somebody approved: `device_login("recover", env=env)`."""
    return partial(at_issuer.DeviceLogin, elsewhere=home_elsewhere)


@pytest.fixture
def sign_in(home_elsewhere) -> Callable[..., Ran]:
    """Sign somebody with an account in at the issuer: `sign_in(person, env)`."""
    return partial(at_issuer.sign_in, elsewhere=home_elsewhere)
