"""The private PostgreSQL: as root it runs as user postgres, with a password of this checkout."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.errors import StackError
from deploy.stack.process import Process, processes_in
from deploy.stack.secret import secret_in
from deploy.stack.server import Launch

_DEBIAN_FOLDER = Path("/usr/lib/postgresql")
_OLDEST = 15
_ACCOUNT = "postgres"


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """One cluster with one database, `micromart`, on loopback only."""

    folder: Path
    name: str = "postgresql"
    packages: tuple[str, ...] = ("postgresql-15",)
    ports: tuple[str, ...] = ("postgresql",)
    stop_signal: signal.Signals = signal.SIGINT  # "fast": rolls back what is open and leaves
    on_request: bool = False

    def is_installed(self) -> bool:
        """Tell whether Debian's programs of version 15 or later are there."""
        return bool(_versions())

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Make the cluster on first use, and say how to begin it."""
        data = self._home() / "data"
        if not data.exists():
            self._create(data)
        return Launch(
            arguments=[_program("postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(ports[0]), *_options()],
            folder=data,
            user=_account(),
            environment={"LC_ALL": "C.UTF-8"},
        )

    def is_ready(self, port: int) -> bool:
        """Tell whether it takes connections."""
        question = [_program("pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
        return subprocess.run(question, check=False).returncode == 0

    def processes(self) -> list[Process]:
        """List the postmaster and its backends: those of one that was killed keep a new one from starting."""
        return processes_in(self._home() / "data")

    def remove(self) -> None:
        """Delete the cluster."""
        shutil.rmtree(self._home(), ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return the setting that makes a shop use it."""
        address = f"micromart:{self._password()}@127.0.0.1:{port}/micromart"
        return {"MICROMART_DATABASE__URL": f"postgresql+psycopg://{address}"}

    def _create(self, data: Path) -> None:
        """Make the cluster beside its place and move it there whole."""
        new = data.with_name("new")
        shutil.rmtree(new, ignore_errors=True)
        allow = ["--auth-host=scram-sha-256", "--auth-local=reject"]
        choices = ["--username=micromart", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *allow]
        _run_as_account([_program("initdb"), "-D", str(new), *choices])
        _run_as_account(
            [_program("postgres"), "--single", "-D", str(new), "postgres"],
            text=f"ALTER ROLE micromart PASSWORD '{self._password()}'\nCREATE DATABASE micromart\n",
        )
        new.rename(data)

    def _password(self) -> str:
        """Return the password of this checkout: without one any user of this machine could be superuser."""
        return secret_in(self.folder / "password")

    def _home(self) -> Path:
        """Return where its data lies: in the checkout, or where user postgres can walk to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        account = _account()
        if account is None:
            return self.folder
        if _can_walk_to(self.folder, account):
            return _private_folder(self.folder / "cluster", account)
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return _private_folder(Path(f"/var/tmp/micromart-stack-{mark}"), account)  # noqa: S108 made private there


def _can_walk_to(folder: Path, account: str) -> bool:
    test = ["test", "-x", str(folder)]
    return subprocess.run(test, check=False, user=account, group=account, extra_groups=[]).returncode == 0


def _private_folder(folder: Path, account: str) -> Path:
    """Make `folder` the account's alone, and refuse one that somebody else has laid there."""
    owner = pwd.getpwnam(account)
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    except FileExistsError:
        found = folder.lstat()
        if found.st_uid not in {0, owner.pw_uid} or folder.is_symlink() or not folder.is_dir():
            message = f"{folder} belongs to somebody else; remove it first"
            raise StackError(message) from None
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


def _account() -> str | None:
    """Return the account for its processes: PostgreSQL refuses to run as root."""
    return _ACCOUNT if os.geteuid() == 0 else None


def _versions() -> list[int]:
    """List the installed versions, the wanted one first."""
    found = [int(program.parts[-3]) for program in _DEBIAN_FOLDER.glob("[1-9][0-9]/bin/postgres")]
    return sorted(version for version in found if version >= _OLDEST)


def _program(name: str) -> str:
    return str(_DEBIAN_FOLDER / str(_versions()[0]) / "bin" / name)


def _options() -> list[str]:
    """Return settings for tests; MICROMART_STACK_FSYNC=1 makes commits as slow and safe as in a shop."""
    fsync = "on" if os.environ.get("MICROMART_STACK_FSYNC") == "1" else "off"
    chosen = {"max_connections": "300", "fsync": fsync, "unix_socket_directories": ""}
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]


def _run_as_account(arguments: list[str], text: str = "") -> None:
    account = _account()
    outcome = subprocess.run(
        arguments,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=account,
        group=account,
        extra_groups=None if account is None else [],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if outcome.returncode:
        message = f"{arguments[0]} failed: {outcome.stderr.strip()}"
        raise StackError(message)
