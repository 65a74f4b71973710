"""Which tokens are believed: those of this issuer, for this shop, and no forged one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from micromart_core.adapters.keycloak.keys import Keys
from micromart_core.adapters.keycloak.refusals import ClockSkewed, TokenExpired, TokenRefused
from micromart_core.adapters.keycloak.verifier import Verifier
from micromart_core.clock import utc_now
from micromart_core.errors import SignInFirst
from micromart_core.permissions import Permission
from tests.identity.forging import FORGED
from tests.identity.issuer import AUDIENCE, CLIENT, ISSUER, Issuer, SigningKey


class NoCache:
    """Remembers nothing."""

    def load(self):
        return None

    def save(self, fetched_at, jwks):
        pass


def made_for(issuer, clock=utc_now) -> Verifier:
    def fetch():
        return issuer.wire.get(f"{ISSUER}/certs").body

    return Verifier(ISSUER, AUDIENCE, frozenset({CLIENT}), Keys(fetch, NoCache(), clock, frozenset({"ES256"})), clock)


@pytest.fixture(scope="module")
def issuer():
    issuer = Issuer()
    issuer.keys += [SigningKey("enc", use="enc"), SigningKey("rsa", "RS256")]
    issuer.token = lambda **other: issuer.keys[0].sign(issuer.claims(**other))
    yield issuer
    issuer.wire.close()


@pytest.fixture(scope="module")
def verifier(issuer):
    return made_for(issuer)


def test_a_good_token_says_who_and_what(issuer, verifier):
    ann = verifier.verify(issuer.token())

    assert (ann.subject, ann.username, ann.email, ann.client) == ("7c1d", "ann", "ann@example.org", CLIENT)
    assert ann.permissions == {Permission.CART_OWN, Permission.ORDER_PLACE}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(issuer, verifier, name):
    assert len(FORGED) >= 47
    token = FORGED[name](issuer)

    with pytest.raises(SignInFirst) as refusal:
        verifier.verify(token)

    assert not token or token not in str(vars(refusal.value))


def test_a_token_within_the_leeway_is_good(issuer, verifier):
    now = int(utc_now().timestamp())

    assert verifier.verify(issuer.token(exp=now - 15)).subject == "7c1d"
    assert verifier.verify(issuer.token(iat=now + 15)).subject == "7c1d"


def test_one_of_several_audiences_is_enough(issuer, verifier):
    assert verifier.verify(issuer.token(aud=["account", AUDIENCE])).subject == "7c1d"


@pytest.mark.parametrize("facts", [{"email_verified": False}, {"email_verified": None}, {"email": None}])
def test_an_address_nobody_verified_is_none(issuer, verifier, facts):
    assert verifier.verify(issuer.token(**facts)).email is None


@pytest.mark.parametrize(
    "address", ["\ud800@example.org", "ann@example.org\r\nBcc: x@example.org", "a" * 300 + "@b.org", "ann"]
)
def test_an_address_that_nobody_could_write_to_is_none(issuer, verifier, address):
    assert verifier.verify(issuer.token(email=address)).email is None


@pytest.mark.parametrize("name", ["an\ud800n", "ann\u202e", "ann\u200b"])
def test_a_name_is_plain_text_before_anything_is_done_with_it(issuer, verifier, name):
    assert verifier.verify(issuer.token(preferred_username=name)).username == "ann"


@pytest.mark.parametrize("access", [None, {}, {"account": {"roles": ["order:place"]}}, {AUDIENCE: {}}])
def test_permissions_come_from_this_shops_entry_alone(issuer, verifier, access):
    claims = issuer.token(resource_access=access, realm_access={"roles": ["admin"]}, scope="order:place")

    assert verifier.verify(claims).permissions == frozenset()


def test_an_expired_token_is_told_from_a_bad_one(issuer):
    late = made_for(issuer, lambda: utc_now() + timedelta(minutes=6))

    with pytest.raises(TokenExpired):
        late.verify(issuer.token())
    with pytest.raises(TokenRefused):
        late.verify(issuer.token(aud="another"))


def test_a_clock_that_is_behind_is_named(issuer):
    behind = made_for(issuer, lambda: utc_now() - timedelta(seconds=90))

    with pytest.raises(ClockSkewed) as refusal:
        behind.verify(issuer.token())

    assert 88 <= refusal.value.seconds <= 91
    assert "clock" in refusal.value.message


def test_tokens_made_of_nothing_ask_the_issuer_for_no_keys(issuer):
    fresh, before = made_for(issuer), issuer.count("/certs")

    for token in ("", "x", "a.b.c", "x" * 20_000, FORGED["crit header"](issuer), FORGED["id token"](issuer)):
        with pytest.raises(TokenRefused):
            fresh.verify(token)

    assert issuer.count("/certs") == before


_NAMES = st.sampled_from(["iss", "aud", "azp", "typ", "sub", "exp", "iat", "nbf", "resource_access", "email_verified"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.slow
@given(st.text() | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*"))
@example("\ud800.a.b")
def test_any_text_is_refused_in_words(text):
    with pytest.raises(TokenRefused):
        _PROPERTY_VERIFIER.verify(text)


@pytest.mark.slow
@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_whatever_a_signed_token_says_only_this_shops_people_come_in(changed):
    token = _PROPERTY_ISSUER.keys[0].sign(_PROPERTY_ISSUER.claims() | changed)

    try:
        proven = _PROPERTY_VERIFIER.verify(token)
    except SignInFirst:
        return
    now = datetime.now(UTC).timestamp()
    assert AUDIENCE in changed.get("aud", [AUDIENCE])
    assert changed.get("iss", ISSUER) == ISSUER
    assert changed.get("azp", CLIENT) == CLIENT
    assert proven.subject == changed.get("sub", "7c1d")
    assert proven.expires_at > now - 31


_PROPERTY_ISSUER = Issuer()
_PROPERTY_VERIFIER = made_for(_PROPERTY_ISSUER)
