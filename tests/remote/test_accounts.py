"""Local accounts over HTTP: what they take, and what nobody learns from them."""

import httpx
import pytest

from micromart_core.adapters.local_identity.home_sign_in import sign_in_of_home
from micromart_core.adapters.remote.accounts import RemoteAccounts
from micromart_core.adapters.remote.desk import Desk
from micromart_core.adapters.remote.refusals import OutcomeUnknown
from micromart_core.adapters.remote.wire import Wire
from micromart_core.authentication.model import DeadCode, WrongPassword
from micromart_core.home import Home
from micromart_core.identity import Credentials
from micromart_core.rate_limit import RateLimited
from micromart_core.settings import IdentitySettings, MailSettings
from micromart_daemon.gateway.app import Doors
from tests.daemon.process import eventually
from tests.elsewhere import Elsewhere
from tests.remote.cut_wire import CutWire
from tests.remote.letters import code_for

OLD, NEW = "correct horse battery sign", "another horse, another sign"
ANN = "ann@example.org"
LOCAL = IdentitySettings(allow_local=True)


@pytest.fixture
def behind(shop, tmp_path):
    """A function that starts a gateway of the shop under settings of its own, and gives its accounts."""
    started = []

    def start(*, per_minute: int = 0, **sections) -> RemoteAccounts:
        local = shop.again(identity=LOCAL, **sections).shop
        home = Home(*(tmp_path / "there" / name for name in ("config", "data", "state", "cache")))
        started.append(Elsewhere(local, local.identity_of(home), per_minute=per_minute))
        return RemoteAccounts(Desk(started[-1].wire))

    yield start
    for each in started:
        each.close()


@pytest.fixture
def accounts(behind):
    return behind()


@pytest.fixture
def sendings(monkeypatch):
    """How often a gateway was about to send letters, which it does not do here."""
    begun = []

    async def begin(doors: Doors) -> None:
        begun.append(doors)

    monkeypatch.setattr(Doors, "_send_letters", begin)
    return begun


@pytest.fixture
def through():
    """A function that gives the same accounts over a wire that can be cut."""
    opened = []

    def give(accounts: RemoteAccounts) -> tuple[RemoteAccounts, CutWire]:
        cut = CutWire(int(accounts._desk._wire.url.rpartition(":")[2]))
        opened.extend((wire := Wire(cut.url), cut))
        return RemoteAccounts(Desk(wire)), cut

    yield give
    for each in opened:
        each.close()


def test_who_forgot_a_password_sets_another_and_old_sessions_die(shop, accounts):
    accounts.register("ann", ANN, OLD, "")
    first = code_for(shop, ANN)
    assert accounts.verify(first, "") == "ann"
    session = Credentials(token=accounts.sign_in("ann", OLD, "").token)
    assert accounts.describe(session).user == "ann"

    accounts.recover(ANN, "")
    assert accounts.recover_with(code_for(shop, ANN, but=first), NEW, "") == "ann"

    assert not accounts.describe(session).signed_in
    with pytest.raises(WrongPassword):
        accounts.sign_in("ann", OLD, "")
    with pytest.raises(DeadCode):
        accounts.verify(first, "")
    assert accounts.sign_out(accounts.sign_in("ann", NEW, "").token)


def test_who_asked_too_often_is_signed_out_here_all_the_same(shop, accounts, behind, tmp_path):
    accounts.register("ann", ANN, OLD, "")
    accounts.verify(code_for(shop, ANN), "")
    narrow = behind(per_minute=1)
    home = Home(*(tmp_path / "here" / name for name in ("config", "data", "state", "cache")))
    person = sign_in_of_home(home, narrow, accounts.describe)
    person.sign_in("ann", OLD, "")
    with pytest.raises(RateLimited):
        narrow.sign_out("any token")

    assert person.sign_out() == ("ann", False)

    assert person.sign_out() is None


def test_the_time_of_an_answer_does_not_tell_whether_an_address_has_an_account(shop, accounts, behind, hole):
    accounts.register("ann", ANN, OLD, "")
    accounts.verify(code_for(shop, ANN), "")
    slow = behind(mail=MailSettings(url=f"smtp://{hole.address}"))
    slow.recover("nobody@example.org", "")

    slow.recover(ANN, "")

    eventually(lambda: hole.waiting == 1)  # still, though the answer is there


def test_only_a_verb_that_writes_a_letter_has_letters_sent(shop, accounts, sendings):
    accounts.register("ann", ANN, OLD, "")
    shop.shop.send_mail(5)
    accounts.verify(code_for(shop, ANN), "")
    session = Credentials(token=accounts.sign_in("ann", OLD, "").token)
    accounts.describe(session)
    accounts.sign_out(session.token)
    assert len(sendings) == 1

    accounts.recover(ANN, "")

    eventually(lambda: len(sendings) == 2)


def test_an_answer_that_was_lost_leaves_nobody_guessing(shop, accounts, through):
    far, cut = through(accounts)
    for ask, words in (
        (lambda: far.register("ann", ANN, OLD, ""), "look for a letter with a code"),
        (lambda: far.verify(code_for(shop, ANN), ""), "try to sign in"),
        (lambda: far.sign_in("ann", OLD, ""), "sign in again"),
        (lambda: far.recover(ANN, ""), "look for a letter with a code"),
    ):
        cut.cuts = 1
        with pytest.raises(OutcomeUnknown) as lost:
            ask()
        assert (lost.value.hint.startswith(words), lost.value.exit_code) == (True, 69)

    assert far.describe(Credentials(token=far.sign_in("ann", OLD, "").token)).user == "ann"


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("bootstrap-admin", {}, 404, "gateway.unknown_verb"),
        ("sign-out", {}, 401, "gateway.nobody_signed_in"),
        ("session", {}, 401, "gateway.nobody_signed_in"),
        ("sign-in", {"username": "ann"}, 400, "gateway.bad_arguments"),
        ("sign-in", {"username": "ann", "password": ["sesame"]}, 400, "gateway.bad_arguments"),
        ("sign-in", {"username": "ann", "password": "sesame\0"}, 400, "gateway.bad_arguments"),
        ("verify", {"code": "sesame", "more": 1}, 400, "gateway.bad_arguments"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_no_secret_is_told_again(accounts, verb, body, status, code):
    answer = httpx.post(f"{accounts._desk._wire.url}/v1/accounts/{verb}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "sesame" not in answer.text


@pytest.mark.parametrize(
    "form",
    [{"username": "ann", "password": 7}, {"username": "ann", "password": "sesame\0"}],
    ids=["no text", "a NUL"],
)
def test_what_is_wrong_with_a_form_is_told_by_its_place(accounts, form):
    told = httpx.post(f"{accounts._desk._wire.url}/v1/accounts/sign-in", json=form).json()

    assert told["facts"]["pointer"] == "/password"
    assert "$" not in told["why"]
