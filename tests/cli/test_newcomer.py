"""A newcomer with an empty home and the command line alone: register, verify, sign in, order, read the mail."""

import mailbox
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.at_issuer import DeviceLogin, settings_of
from tests.identity.person import Person

PASSWORD = "a lighthouse keeper's lamp"


@dataclass
class Newcomer:
    """Types command lines, and reads the letters that come."""

    micromart: object
    env: dict[str, str]
    letters: Path
    name: str = "ann"

    def __call__(self, *words: str, stdin: str = "", expect: int = 0):
        ran = self.micromart(*words, stdin=stdin, env=self.env)
        assert ran.code == expect, (words, ran.err)
        return ran

    def mail(self) -> list[str]:
        return [str(message.get_payload()[0].get_payload(decode=True), "utf-8") for message in self.messages()]

    def messages(self) -> list:
        return sorted(mailbox.Maildir(self.letters, create=False), key=lambda message: message["Date"])

    def code(self) -> str:
        return re.search(r"^code: (\S+)$", self.mail()[-1], re.MULTILINE)[1]

    def comes_in(self) -> dict:
        """Register, verify and sign in; return the session."""
        who = ("--username", "ann")
        self("auth", "register", *who, "--email", "ann@example.org", "--password-stdin", stdin=PASSWORD)
        self("auth", "verify", self.code())
        self("auth", "login", *who, "--password-stdin", stdin="a wrong password here", expect=6)
        return self("auth", "login", *who, "--password-stdin", "--json", stdin=PASSWORD).json


@dataclass
class NewcomerAtIssuer(Newcomer):
    """Types the same, but registers and signs in on Keycloak's pages."""

    person: Person = field(kw_only=True)
    device_login: Callable[..., DeviceLogin] = field(kw_only=True)

    def comes_in(self) -> dict:
        """Register, verify and sign in, all of it behind one link."""
        login = self.device_login("register", env=self.env)
        self.person.open(login.link)
        self.person.register()
        self.person.follow_letter()
        self.person.approve()
        ran = login.finish()
        assert ran.code == 0, ran.err
        return ran.json


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def newcomer(request, micromart, home, tmp_path):
    return made_for(request, micromart, home, tmp_path)


@pytest.fixture(
    params=["sqlite", *(pytest.param(name, marks=pytest.mark.servers) for name in ("postgresql", "keycloak"))]
)
def anybody(request, micromart, home, tmp_path):
    """A newcomer of a shop with local accounts, or of one with an issuer."""
    return made_for(request, micromart, home, tmp_path)


def made_for(request, micromart, home, tmp_path):
    if request.param == "sqlite":
        return Newcomer(micromart, {}, home / "data" / "outbox")
    if request.param == "keycloak":
        keycloak = request.getfixturevalue("keycloak")
        person = keycloak.newcomer()
        outbox = home / "data" / "outbox"
        device_login = request.getfixturevalue("device_login")
        return NewcomerAtIssuer(
            micromart, settings_of(keycloak), outbox, person.name, person=person, device_login=device_login
        )
    url = request.getfixturevalue("empty_postgresql")()
    env = {
        "MICROMART_DATABASE__URL": url,
        "MICROMART_IDENTITY__ALLOW_LOCAL": "true",
        "MICROMART_MAIL__URL": f"maildir:{tmp_path / 'letters'}",
    }
    person = Newcomer(micromart, env, tmp_path / "letters")
    person("db", "upgrade")
    person("db", "seed", "--demo")
    return person


def test_a_newcomer_registers_orders_and_reads_the_mail(anybody):
    newcomer = anybody
    shelf = newcomer("product", "list", "--json").json["items"]
    assert len(shelf) >= 12
    assert all(product["stock"]["available"] >= 5 for product in shelf)
    assert any(product["stock"]["available"] <= 60 for product in shelf)
    sku, before = shelf[0]["sku"], shelf[0]["stock"]["available"]

    cart = newcomer("cart", "add", sku, "--quantity", "2", "--json").json
    assert (cart["owner"], cart["status"], cart["extended"]) == ("session", "open", False)
    assert 590 <= cart["seconds_left"] <= 600
    assert newcomer("product", "show", sku, "--json").json["stock"]["available"] == before - 2

    assert newcomer("checkout", "--json", expect=6).error["code"]
    session = newcomer.comes_in()
    name = newcomer.name
    assert (session["signed_in"], session["user"], session["email"]) == (True, name, f"{name}@example.org")
    assert "token" not in {key for key in session if key != "token_store"}

    cart = newcomer("cart", "show", "--json").json
    assert (cart["owner"], cart["lines"][0]["quantity"]) == ("user", 2)

    newcomer("checkout", expect=4)
    where = (
        "--name",
        "Ann",
        "--line1",
        "1 Lamp Street",
        "--city",
        "Porto",
        "--postcode",
        "4000-001",
        "--country",
        "PT",
    )
    newcomer("address", "add", *where)
    order = newcomer("checkout", "--idempotency-key", "k1", "--json").json
    assert re.fullmatch(r"MM-[0-9A-Z]{4,}", order["number"])
    assert (order["status"], order["payment_status"]) == ("placed", "unpaid")
    assert newcomer("checkout", "--idempotency-key", "k1", "--json").json["number"] == order["number"]
    newcomer("checkout", "--idempotency-key", "k1", "--note", "another request", expect=5)
    assert order["number"] in newcomer("checkout", "--json", expect=4).err

    assert newcomer("cart", "show", "--json").json["lines"] == []
    stock = newcomer("product", "show", sku, "--json").json["stock"]
    assert (stock["on_hand"], stock["held"]) == (before - 2, 0)

    [confirmation] = [letter for letter in newcomer.mail() if order["number"] in letter]
    assert shelf[0]["name"] in confirmation
    assert [each["number"] for each in newcomer("order", "list", "--json").json["items"]] == [order["number"]]
    shown = newcomer("order", "show", order["number"], "--json").json
    assert [(mail["template"], mail["status"]) for mail in shown["mails"]] == [("order-confirmation", "sent")]
    assert order["number"] in newcomer("order", "receipt", order["number"]).out

    cancelled = newcomer("order", "cancel", order["number"], "--yes", "--json").json
    assert cancelled["status"] == "cancelled"
    assert newcomer("product", "show", sku, "--json").json["stock"]["on_hand"] == before
    newcomer("auth", "logout")
    assert newcomer("auth", "status", "--json").json["signed_in"] is False
    newcomer("order", "list", expect=6)


def test_the_first_admin_runs_the_shop(newcomer, tmp_path):
    newcomer("auth", "register", "--username", "ann", "--email", "ann@example.org", "--password-stdin", stdin=PASSWORD)
    newcomer("auth", "verify", newcomer.code())
    newcomer("auth", "login", "--username", "ann", "--password-stdin", stdin=PASSWORD)
    sku = newcomer("product", "list", "--json").json["items"][0]["sku"]
    newcomer("stock", "adjust", sku, "--by", "5", "--reason", "delivery", expect=7)

    newcomer("user", "bootstrap-admin", "ann")
    newcomer("user", "bootstrap-admin", "ann", expect=4)
    before = newcomer("stock", "show", sku, "--json").json
    level = newcomer("stock", "adjust", sku, "--by", "5", "--reason", "delivery", "--json").json
    assert level["on_hand"] == before["on_hand"] + 5
    [move] = newcomer("stock", "history", sku, "--limit", "1", "--json").json["items"]
    assert (move["change"], move["reason"], move["actor"]) == (5, "delivery", "ann")

    secret = tmp_path / "cron-secret"
    newcomer("user", "automation", "create", "nightly", "--secret-file", str(secret))
    newcomer("auth", "logout")
    newcomer.env = {
        **newcomer.env,
        "MICROMART_AUTOMATION__CLIENT_ID": "nightly",
        "MICROMART_AUTOMATION__SECRET_FILE": str(secret),
    }
    newcomer("stock", "count", sku, "7", "--reason", "count", "-q")
    newcomer("checkout", expect=7)
    verified = newcomer("stock", "verify", "--json").json
    assert verified["violations"] == []


def test_no_secret_is_left_anywhere(newcomer, home, home_elsewhere):
    """Passwords, tokens and codes: in no log, no database column in clear, no letter that was sent but the one."""
    newcomer("auth", "register", "--username", "ann", "--email", "ann@example.org", "--password-stdin", stdin=PASSWORD)
    code = newcomer.code()
    newcomer("auth", "verify", code)
    newcomer("-vv", "auth", "login", "--username", "ann", "--password-stdin", stdin=PASSWORD)

    home_elsewhere.close_shop()  # what a database writes ahead is there while somebody has it open
    written = [file for file in home.rglob("*") if file.is_file() and "outbox" not in file.parts]
    for file in written:
        content = file.read_bytes()
        assert PASSWORD.encode() not in content, file
        assert code.encode() not in content, file
        if file.name != "cart-secret":
            assert file.stat().st_mode & 0o077 == 0, file
