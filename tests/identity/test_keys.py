"""Where an issuer's endpoints and keys come from, and what is believed while it is down."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from micromart_core.adapters.keycloak.address import checked_issuer
from micromart_core.adapters.keycloak.discovery import discover
from micromart_core.adapters.keycloak.key_cache import HomeKeyCache
from micromart_core.adapters.keycloak.keys import Keys
from micromart_core.adapters.keycloak.refusals import IssuerBusy, IssuerMisbehaves, IssuerUnreachable
from micromart_core.clock import utc_now
from micromart_core.errors import InvalidValue
from micromart_core.home import find_home
from tests.identity.issuer import DESCRIPTION, ISSUER, Issuer, SigningKey

ES256 = frozenset({"ES256"})


class Moment:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self):
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def issuer():
    issuer = Issuer()
    yield issuer
    issuer.wire.close()


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def home(tmp_path):
    return find_home({"MICROMART_HOME": str(tmp_path)})


@pytest.fixture
def a_process(issuer, moment, home):
    """Return the keys as another process of the same home would begin with them."""

    def begin() -> Keys:
        def fetch():
            return issuer.wire.get(f"{ISSUER}/certs").body

        return Keys(fetch, HomeKeyCache(home, ISSUER), moment, frozenset({"ES256"}))

    return begin


def test_an_issuer_says_where_its_endpoints_are(issuer):
    assert discover(issuer.wire, ISSUER).token_endpoint == DESCRIPTION["token_endpoint"]


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example.org/realms/micromart",
        "http://169.254.169.254/realms/micromart",
        "http://localhost.example.org/",
        "http://127.0.0.1.nip.io/",
        "https://user@id.example.org/",
        "https://id.example.org/?realm=1",
        "https://id.example.org/#there",
        "https://id.example.org:port/",
        "https:///realms",
        "file:///etc/passwd",
        "ftp://id.example.org/",
        "https://id.example.org/\x1b[2J",
        "https://id.example.org/a b",
        "https://éxample.org/",
        f"https://id.example.org/{'a' * 2048}",
        "",
    ],
)
def test_an_issuer_at_an_unsafe_address_is_a_wrong_setting(address):
    with pytest.raises(InvalidValue):
        checked_issuer(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/realms/a", "http://[::1]:8080/a", "http://localhost/a"])
def test_on_loopback_an_issuer_needs_no_tls(address):
    assert checked_issuer(address) == address


@pytest.mark.parametrize("name", DESCRIPTION)
@pytest.mark.parametrize(
    "said", ["https://evil.example/x", "http://id.example.org/x", ISSUER + "/", ISSUER + "/a" * 50_000, 7, None]
)
def test_a_description_that_leads_elsewhere_is_not_believed(issuer, name, said):
    if name != "issuer" and said == ISSUER + "/":
        said = "https://id.example.org:444/x"
    issuer.description = DESCRIPTION | {name: said}

    with pytest.raises(IssuerMisbehaves):
        discover(issuer.wire, ISSUER)


@pytest.mark.parametrize(
    "answer",
    [
        (302, {}, ("Location", "http://169.254.169.254/")),
        (404, {}),
        (200, []),
        (200, (b"<html>",)),
        (200, (b"[" * 100_000,)),
        (200, (b"x" * 65_536 for _ in range(10_000))),
    ],
    ids=["redirect", "not found", "a list", "a page", "nested", "endless"],
)
def test_what_is_no_description_is_not_believed(issuer, answer):
    issuer.answers["openid-configuration"] = [answer]

    with pytest.raises(IssuerMisbehaves):
        discover(issuer.wire, ISSUER)

    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    ("error", "was_sent"),
    [(httpx.ConnectError("no"), False), (httpx.ConnectTimeout("no"), False), (httpx.ReadTimeout("no"), True)],
)
def test_an_issuer_that_is_down_is_named(issuer, error, was_sent):
    issuer.answers["openid-configuration"] = [error]

    with pytest.raises(IssuerUnreachable) as refusal:
        discover(issuer.wire, ISSUER)

    assert (refusal.value.host, refusal.value.was_sent, refusal.value.exit_code) == ("id.example.org", was_sent, 69)


def test_an_address_that_no_network_knows_is_named_too(issuer):
    with pytest.raises(IssuerUnreachable):
        discover(issuer.wire, "https://xn--a.example.org")


def test_an_issuer_that_is_busy_is_asked_later(issuer):
    issuer.answers["openid-configuration"] = [(429, {})]

    with pytest.raises(IssuerBusy):
        discover(issuer.wire, ISSUER)


def test_a_key_is_fetched_once_and_then_known(issuer, a_process):
    keys = a_process()

    assert keys.find("first") is not None
    assert keys.find("first") is not None
    assert issuer.count("/certs") == 1


def test_unknown_keys_cost_one_fetch_in_thirty_seconds_whatever_process_asks(issuer, a_process, moment):
    keys = a_process()
    keys.find("first")

    assert [keys.find(f"made-up-{number}") for number in range(100)] == [None] * 100
    assert a_process().find("made-up") is None
    assert issuer.count("/certs") == 1

    moment.advance(31)
    assert [keys.find(f"made-up-{number}") for number in range(100)] == [None] * 100
    assert issuer.count("/certs") == 2


def test_threads_that_need_the_first_key_at_once_all_get_it_by_one_fetch(issuer, moment, home):
    def fetch():
        time.sleep(0.2)
        return issuer.wire.get(f"{ISSUER}/certs").body

    keys = Keys(fetch, HomeKeyCache(home, ISSUER), moment, ES256)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: keys.find("first"), range(8)))

    assert None not in found
    assert issuer.count("/certs") == 1


def test_a_key_rotated_while_running_is_found(issuer, a_process, moment):
    keys = a_process()
    keys.find("first")
    issuer.keys.append(SigningKey("second"))

    moment.advance(31)

    assert keys.find("second") is not None


def test_a_key_taken_back_is_dead_within_the_hour(issuer, a_process, moment):
    keys = a_process()
    keys.find("first")
    issuer.keys = [SigningKey("second")]

    moment.advance(3601)

    assert keys.find("first") is None


def test_the_next_process_asks_nobody(issuer, a_process):
    a_process().find("first")

    assert a_process().find("first") is not None
    assert issuer.count("/certs") == 1


def test_while_the_issuer_is_down_known_keys_work_for_a_day_and_no_longer(issuer, a_process, moment):
    keys = a_process()
    keys.find("first")
    issuer.answers["/certs"] = [httpx.ConnectError("no")] * 10

    moment.advance(23 * 3600)
    assert keys.find("first") is not None
    assert a_process().find("first") is not None

    moment.advance(3601)
    for late in (keys, a_process()):
        with pytest.raises(IssuerUnreachable):
            late.find("first")


def test_two_issuers_of_one_home_share_no_key_though_both_call_it_the_same(issuer, moment, home):
    other = Issuer()
    both = [(issuer, ISSUER), (other, "https://id.example.org/realms/another")]
    for whose, name in both:
        keys = Keys(lambda whose=whose: whose.wire.get(f"{ISSUER}/certs").body, HomeKeyCache(home, name), moment, ES256)
        assert keys.find("first") is not None

    known = [Keys(dict, HomeKeyCache(home, name), moment, ES256).find("first").key.public_numbers() for _, name in both]

    assert known == [whose.keys[0].private.public_key().public_numbers() for whose, _ in both]
    other.wire.close()


def test_an_issuer_without_keys_lets_nobody_in(issuer, a_process):
    issuer.keys = []

    assert a_process().find("first") is None


@pytest.mark.parametrize(
    "change",
    [{"use": "enc"}, {"use": None}, {"alg": "HS256"}, {"alg": "none"}, {"alg": None}, {"alg": "RS256"}, {"crv": "P-1"}],
)
def test_a_key_of_another_kind_is_passed_over(issuer, a_process, change):
    issuer.answers["/certs"] = [(200, {"keys": [issuer.keys[0].public | change, 7, {}]})]

    assert a_process().find("first") is None


def test_a_private_or_secret_key_is_passed_over(issuer, a_process):
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "first", "alg": "ES256", "use": "sig"}
    issuer.answers["/certs"] = [(200, {"keys": [secret, issuer.keys[0].public | {"d": "AA"}]})]

    assert a_process().find("first") is None


@pytest.mark.parametrize("damage", ["other mode", "symlink", "other issuer", "junk"])
def test_remembered_keys_that_others_could_have_touched_are_not_believed(issuer, a_process, home, damage):
    a_process().find("first")
    (file,) = (home.cache / "identity").glob("keys-*.json")
    match damage:
        case "other mode":
            file.chmod(0o666)
        case "symlink":
            file.rename(file.with_suffix(".moved"))
            file.symlink_to(file.with_suffix(".moved"))
        case "other issuer":
            file.write_bytes(file.read_bytes().replace(b"id.example.org", b"evil.example.x"))
        case "junk":
            file.write_bytes(b"\x00[")

    assert a_process().find("first") is not None
    assert issuer.count("/certs") == 2
