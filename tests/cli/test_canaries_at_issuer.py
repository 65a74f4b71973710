"""After a whole day at the real Keycloak no secret of it is anywhere but in the one file that may hold tokens."""

import json
import os
import re
import signal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.cli.at_issuer import settings_of
from tests.cli.watched import Watched
from tests.home_elsewhere import HomeElsewhere

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.alone]
WHERE = ("--name", "Ann", "--line1", "1 Lamp Street", "--city", "Porto", "--postcode", "4000-001", "--country", "PT")
ADJUST = ("--by", "5", "--reason", "delivery")


class Day:
    """A served shop with an issuer: its folders, its secrets in files, and whoever works there."""

    def __init__(self, keycloak, url: str, folder: Path, elsewhere: HomeElsewhere) -> None:
        self.keycloak, self.url, self.folder, self.written = keycloak, url, folder, folder / "written"
        (self.written / "tmp").mkdir(parents=True)
        self.given = {"database": url, "core": keycloak.core[1], "automation": keycloak.automation[1]}
        for name, secret in self.given.items():
            (folder / name).write_text(secret)
            (folder / name).chmod(0o600)
        self.run = Watched(self._env(), folder / "tap", elsewhere)
        self.state = elsewhere.home_at_shop(self.written / "home").state
        self.script = {
            "MICROMART_AUTOMATION__CLIENT_ID": keycloak.automation[0],
            "MICROMART_AUTOMATION__SECRET_FILE": str(folder / "automation"),
        }

    @property
    def kept(self) -> Path:
        [file] = (self.state / "identity").glob("*.json")
        return file

    def signs_in(self, person) -> None:
        login = self.run.start("auth", "login", "--json", "-vv")
        link = self._first_words(login)["verification_uri_complete"]
        person.open(link)
        person.sign_in()
        person.approve()
        self.run.finish(login)

    def gives_up_signing_in(self) -> None:
        login = self.run.start("auth", "login", "--json", "-vv")
        self._first_words(login)
        login.send_signal(signal.SIGINT)
        self.run.finish(login, expect=130)

    def lets_the_token_expire(self) -> None:
        self.kept.write_text(json.dumps(json.loads(self.kept.read_text()) | {"expires_at": 0.0}))

    def places(self) -> dict[str, bytes]:
        """Everything that the processes wrote, printed or showed to whoever listed them."""
        files = [file for file in self.written.rglob("*") if file.is_file() and not file.is_symlink()]
        asked = "\n".join(request["address"] for request in self.run.requests())
        shown = {"ps": b"\n".join(self.run.seen), "printed": b"\n".join(self.run.printed), "asked": asked.encode()}
        return {str(file): file.read_bytes() for file in files} | shown | {"database": self._dump()}

    def secrets(self, person) -> dict[str, str]:
        own = {make_url(self.url).password: "database password", person.password: "password"}
        cart = (self.state / "cart-secret").read_text().strip()
        return self.run.secrets() | own | {self.given["automation"]: "client_secret", cart: "cart secret"}

    def _env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.written),
            "TMPDIR": str(self.written / "tmp"),
            "MICROMART_HOME": str(self.written / "home"),
            "MICROMART_IDENTITY__ISSUER": self.keycloak.issuer,
            "MICROMART_IDENTITY__CORE_CLIENT_SECRET_FILE": str(self.folder / "core"),
            "MICROMART_DATABASE__URL_FILE": str(self.folder / "database"),
            "MICROMART_MAIL__URL": f"maildir:{self.written / 'letters'}",
        }

    def _first_words(self, login) -> dict:
        for line in login.stderr:
            self.run.printed.append(line)
            if b"verification_uri" in line:
                return json.loads(line)
        raise AssertionError(self.run.printed)

    def _dump(self) -> bytes:
        address = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        with psycopg.connect(address) as connection:
            names = [name for (name,) in connection.execute(tables)]
            dumped = [_copied(connection, name) for name in names]
        return b"\n".join(dumped)


def _copied(connection, table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as rows:
        return b"".join(bytes(row) for row in rows)


def found(secrets: dict[str, str], places: dict[str, bytes]) -> set[tuple[str, str]]:
    every = ((secret.encode(), kind, place) for secret, kind in secrets.items() for place in places)
    return {(kind, place) for secret, kind, place in every if secret in places[place]}


def open_to_others(folder: Path) -> list[str]:
    return [str(file) for file in folder.rglob("*") if file.is_file() and file.stat().st_mode & 0o077]


@pytest.fixture
def day(keycloak, empty_postgresql, tmp_path, home_elsewhere):
    day = Day(keycloak, empty_postgresql(), tmp_path, home_elsewhere)
    day.run("db", "upgrade")
    day.run("db", "seed", "--demo")
    return day


def test_no_secret_of_a_whole_day_is_in_anything_it_left_but_the_file_for_tokens(keycloak, day):
    clerk, run = keycloak.person("admin"), day.run
    sku = run("product", "list", "-o", "ids", "--limit", "1").decode().strip()
    run("cart", "add", sku)
    day.gives_up_signing_in()
    day.signs_in(clerk)
    run("address", "add", *WHERE)
    number = json.loads(run("checkout", "--json", "-vv"))["number"]
    run("order", "show", number)
    run("stock", "adjust", sku, *ADJUST, "-vv")
    run("user", "grant", clerk.name, "stock-clerk", "-vv")
    day.lets_the_token_expire()
    run("profile", "show", "-vv")
    day.lets_the_token_expire()
    run("profile", "show", "-vv", expect=1, BREAKS="1")
    run("auth", "status", "-vv")
    run("config", "list", "--origin")
    run("stock", "adjust", sku, *ADJUST, "-vv", **day.script)
    run("doctor")
    run("job", "run", "purge")

    secrets, places = day.secrets(clerk), day.places()
    assert set(secrets.values()) >= {"access_token", "refresh_token", "device_code", "code_verifier", "client_secret"}
    assert any(b"ZeroDivisionError" in body for place, body in places.items() if "/crashes/" in place)
    assert any(number.encode() in body for place, body in places.items() if "/letters/" in place)
    assert b"tests.cli.tapped\0checkout\0" in places["ps"]
    assert b"MICROMART_IDENTITY__CORE_CLIENT_SECRET_FILE=" in places["ps"]
    assert re.search(rb"httpx|httpcore", places["printed"])
    assert clerk.email.encode() in places["database"]
    held = {place for kind, place in found(secrets, places) if kind != "cart secret"}
    assert held == {str(day.kept)}
    cart_secret = str(day.state / "cart-secret")
    assert {place for kind, place in found(secrets, places) if kind == "cart secret"} == {cart_secret}
    assert len([place for place in places if place.startswith(str(day.written / "home"))]) > 3
    assert open_to_others(day.written / "home") == []

    day.run("auth", "logout", "-vv")

    tokens = {secret: kind for secret, kind in day.secrets(clerk).items() if kind != "cart secret"}
    assert found(tokens, day.places()) == set()


def test_secrets_that_lie_in_the_environment_are_printed_and_written_nowhere(keycloak, micromart, home):
    """Where a file is not used; whoever may read the environment of a process has them, and nobody else."""
    name, secret = keycloak.automation
    given = {"MICROMART_AUTOMATION__CLIENT_ID": name, "MICROMART_AUTOMATION__CLIENT_SECRET": secret}
    env = settings_of(keycloak) | given
    said = []

    def run(*words: str, expect: int = 0, **more: str) -> str:
        ran = micromart("-vv", *words, env=env | more)
        said.append(ran.out + ran.err)
        assert ran.code == expect, ran.err
        return ran.out

    sku = run("product", "list", "-o", "ids", "--limit", "1").splitlines()[0]
    run("stock", "adjust", sku, *ADJUST)
    run("stock", "adjust", sku, *ADJUST, expect=1, MICROMART_IDENTITY__CORE_CLIENT_SECRET="canary-core")
    run("stock", "adjust", sku, *ADJUST, expect=6, MICROMART_AUTOMATION__CLIENT_SECRET="canary-script")
    run("config", "list", "--origin")
    run("doctor", "--limit", "100")

    secrets = {canary: canary for canary in (secret, keycloak.core[1], "canary-core", "canary-script")}
    files = {str(file): file.read_bytes() for file in home.rglob("*") if file.is_file()}
    assert len(files) > 3
    assert found(secrets, files | {"printed": "".join(said).encode()}) == set()
    assert open_to_others(home) == []
