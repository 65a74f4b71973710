"""Who is calling a shop whose people sign in at an issuer: profiles, carts, blocked people, scripts, and dark hours."""

from datetime import timedelta

import httpx
import pytest

from micromart_core.adapters.keycloak.refusals import IssuerUnreachable, NotWelcomedYet, TokenExpired, TokenRefused
from micromart_core.carts.service import set_quantity, show_cart
from micromart_core.errors import NotAllowed, SignInFirst
from micromart_core.identity import UserDisabled
from micromart_core.permissions import ANYONE, Permission
from micromart_core.products.service import list_products
from micromart_core.users.service import show_profile
from micromart_core.users.service_staff import disable_user, enable_user
from tests.identity.issuer import AUDIENCE, Issuer
from tests.identity.served import SCRIPT, ServedShop


@pytest.fixture
def served(shop):
    issuer = Issuer()
    yield ServedShop(shop, issuer)
    issuer.wire.close()


def test_a_person_is_the_subject_whatever_name_or_address_they_have_later(served):
    first = served.enters(email="ann@example.org")
    again = served.enters(username="ann-marie", email="am@example.org")
    other = served.enters(subject="another", username="ann")

    assert first.id == again.id != other.id
    assert (again.username, again.email) == ("ann-marie", "am@example.org")
    assert served.door(served.token()).run(show_profile).id == first.id


def test_an_address_nobody_verified_is_written_to_by_nobody(served):
    served.enters()

    assert served.who(served.token()).email == "ann@example.org"
    assert served.who(served.token(email_verified=False)).email is None


def test_a_good_token_of_a_stranger_opens_nothing_before_the_sign_in(served):
    with pytest.raises(NotWelcomedYet):
        served.door(served.token()).run(show_profile)


def test_a_name_that_would_drive_the_terminal_is_kept_harmless(served):
    assert "\x1b" not in served.enters(username="ann\x1b]0;owned").username


@pytest.mark.parametrize(
    "name",
    ["micromart", "GUEST", "client:nightly", "operator:root", "\uff4dicromart", "\u200b", "guest\u200b", "  "],
)
def test_nobody_is_called_what_the_trail_calls_the_shop_itself_or_nothing(served, name):
    assert served.enters(subject="7c1d", username=name).username == "7c1d"
    [entry] = served.shop.rows("SELECT actor, target FROM audit_trail")
    assert (entry.actor, entry.target) == ("7c1d", "user:7c1d")


def test_the_cart_comes_along_and_its_old_secret_is_dead(served):
    served.shop.stocks("tea-01", on_hand=5)
    served.door(cart_secret="planted").run(set_quantity, "tea-01", 2)

    served.enters(cart_secret="planted")
    served.enters(cart_secret="planted")

    ann = served.door(served.token())
    assert ann.run(show_cart).item_count == 2
    ann.run(set_quantity, "tea-01", 3)
    assert served.door(cart_secret="planted").run(show_cart).item_count == 0
    assert served.door(served.token(), cart_secret="planted").run(show_cart).item_count == 3


def test_a_blocked_person_is_refused_at_the_next_operation_and_at_the_door(served):
    served.enters()
    served.shop.staff().run(disable_user, "ann")

    with pytest.raises(UserDisabled):
        served.door(served.token()).run(show_profile)
    with pytest.raises(UserDisabled):
        served.enters()

    served.shop.staff().run(enable_user, "ann")
    assert served.door(served.token()).run(show_profile).username == "ann"


def test_a_script_buys_nothing_whatever_the_realm_grants_it(served):
    roles = {AUDIENCE: {"roles": ["stock:adjust", "order:place", "cart:own", "profile:own"]}}

    script = served.who(served.token(azp=SCRIPT, resource_access=roles))

    assert (script.actor, script.user_id, script.email) == (f"client:{SCRIPT}", None, None)
    assert script.permissions == {Permission.STOCK_ADJUST}


def test_without_permissions_a_person_may_what_anybody_may(served):
    served.enters()

    assert served.who(served.token(resource_access=None)).permissions == ANYONE
    with pytest.raises(NotAllowed):
        served.door(served.token(resource_access=None)).run(show_profile)


@pytest.mark.parametrize(("late", "refusal"), [(0, TokenRefused), (600, TokenExpired)])
def test_whose_token_is_no_good_may_look_and_is_told_when_it_matters(served, late, refusal):
    token = served.token() if late else served.token(aud="another")
    served.late = timedelta(seconds=late)

    assert served.door(token).run(list_products).items == ()
    with pytest.raises(refusal):
        served.door(token).run(show_cart)


def test_while_the_issuer_is_down_known_people_go_on_and_others_may_look(served):
    served.enters()
    assert served.door(served.token()).run(show_profile).username == "ann"
    served.issuer.answers["/certs"] = [httpx.ConnectError("no")] * 100
    assert served.door(served.token()).run(show_profile).username == "ann"

    dark = ServedShop(served.shop, served.issuer)
    assert dark.door(served.token()).run(list_products).items == ()
    assert dark.door(cart_secret="a").run(show_cart).item_count == 0
    with pytest.raises(IssuerUnreachable):
        dark.door(served.token()).run(show_profile)


def test_a_session_of_a_local_account_opens_nothing_here(served):
    with pytest.raises(SignInFirst):
        served.door("Zm9vYmFyYmF6cXV4").run(show_profile)
