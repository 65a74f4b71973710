"""The private Keycloak: the shop's realm with secrets of this checkout, whose letters go to the stack's mail sink."""

import hashlib
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.keycloak import realm
from deploy.keycloak.clients import AUTOMATION, CLI, CORE
from deploy.stack.keycloak_program import has_tools, lay_out
from deploy.stack.ports import Ports
from deploy.stack.process import Process, processes_in
from deploy.stack.secret import secret_in, write_private
from deploy.stack.server import Launch

ADMIN = "admin"
_PASSWORDS = Path(__file__).parents[2] / "micromart_core" / "authentication" / "common_passwords.txt"
_JAVA = {
    "JAVA_OPTS": "",  # not those of whoever starts it
    "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
    # A second collector is an error in Java, so the one that Keycloak names is taken out first.
    "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC",
}
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Keycloak:
    """One server with the realm `micromart`; its people and keys are kept, until the realm's file changes."""

    folder: Path
    ports_file: Path
    """Where the mail sink's port can be read."""
    name: str = "keycloak"
    packages: tuple[str, ...] = ("maven", "openjdk-17-jre-headless")
    ports: tuple[str, ...] = ("keycloak",)
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = False

    def is_installed(self) -> bool:
        """Tell whether it is there, or the tools that fetch it."""
        return has_tools()

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Lay out its home with the realm to import, and say how to begin it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lay_out(self._home)
        self._forget_an_older_realm()
        self._lay(realm.FILE, "import", realm.FILE.name)
        self._lay(_PASSWORDS, "password-blacklists", realm.COMMON_PASSWORDS)
        return Launch(
            [
                "bash",
                str(self._home / "bin" / "kc.sh"),
                "start",
                "--optimized",
                "--import-realm",
                *self._options(*ports),
            ],
            folder=self._home,
            environment=_JAVA | self._realm_environment() | self._admin_environment(),
        )

    def is_ready(self, port: int) -> bool:
        """Tell whether the realm answers."""
        try:
            with urlopen(f"{_issuer(port)}/.well-known/openid-configuration", timeout=_PATIENCE) as answer:  # noqa: S310
                return bool(answer.status == 200)  # noqa: PLR2004
        except (URLError, OSError):
            return False

    def processes(self) -> list[Process]:
        """List the server: nothing else works in its home."""
        return processes_in(self._home)

    def remove(self) -> None:
        """Delete its people, keys and secrets; the program stays for other checkouts."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return where it is, its administrator, and the clients that the shop would use."""
        return {
            "MICROMART_STACK_KEYCLOAK_URL": _url(port),
            "MICROMART_STACK_KEYCLOAK_ADMIN": ADMIN,
            "MICROMART_STACK_KEYCLOAK_PASSWORD": self._secret("admin"),
            "MICROMART_STACK_ISSUER": _issuer(port),
            "MICROMART_STACK_CLIENT_ID": CLI,
            "MICROMART_STACK_CORE_CLIENT_ID": CORE,
            "MICROMART_STACK_CORE_CLIENT_SECRET": self._secret("core"),
            "MICROMART_STACK_AUTOMATION_CLIENT_ID": AUTOMATION,
            "MICROMART_STACK_AUTOMATION_SECRET": self._secret("automation"),
        }

    def _options(self, port: int) -> list[str]:
        database = self._home / "data" / "h2" / "keycloak"
        return [
            "--http-enabled=true",
            "--http-host=127.0.0.1",
            f"--http-port={port}",
            f"--hostname={_url(port)}",
            # Without this Keycloak looks for others of its kind, on ports that all machines can reach.
            "--cache=local",
            # H2 writes half a second late unless told otherwise: kill -9 would lose what was just said to be done.
            f"--db-url=jdbc:h2:file:{database};NON_KEYWORDS=VALUE;WRITE_DELAY=0",
            "--log-level=warn",
        ]

    def _realm_environment(self) -> dict[str, str]:
        """Return what fills the placeholders of the realm's file."""
        return {
            "MICROMART_CLIENTS_ENABLED": "true",
            "MICROMART_CORE_SECRET": self._secret("core"),
            "MICROMART_AUTOMATION_SECRET": self._secret("automation"),
            "MICROMART_SMTP_HOST": "127.0.0.1",
            "MICROMART_SMTP_PORT": str(Ports(self.ports_file).of("mail") or 25),
            "MICROMART_SMTP_FROM": "shop@micromart.invalid",
        }

    def _admin_environment(self) -> dict[str, str]:
        return {"KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD": self._secret("admin")}

    def _forget_an_older_realm(self) -> None:
        """Keycloak imports a realm once: when its file or a value in it has changed, it begins anew."""
        told = realm.FILE.read_text(encoding="utf-8") + repr(self._realm_environment())
        mark, wanted = self.folder / "imported", hashlib.sha256(told.encode()).hexdigest()
        if not mark.exists() or mark.read_text(encoding="ascii") != wanted:
            shutil.rmtree(self._home / "data", ignore_errors=True)
            write_private(mark, wanted)

    def _lay(self, file: Path, *place: str) -> None:
        target = self._home.joinpath("data", *place)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)

    def _secret(self, whose: str) -> str:
        return secret_in(self.folder / f"{whose}-secret")

    @property
    def _home(self) -> Path:
        return self.folder / "home"


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _issuer(port: int) -> str:
    return f"{_url(port)}/realms/{realm.NAME}"
