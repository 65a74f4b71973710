"""What staff may do is asked at the issuer before they change anything, and believed for ten seconds."""

import httpx
import pytest

from micromart_core.adapters.keycloak.refusals import IssuerUnreachable, SignInOver
from micromart_core.carts.service import set_quantity
from micromart_core.errors import MicroMartError, NotAllowed
from micromart_core.inventory.service_levels import list_levels
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.orders.service_moves import cancel_order
from micromart_core.permissions import STAFF, Permission
from micromart_core.products.service import list_products
from tests.identity.issuer import AUDIENCE, Issuer
from tests.identity.served import SCRIPT, ServedShop

CLERK = ["cart:own", "order:place", "stock:read", "stock:adjust"]
INTROSPECT = "/token/introspect"


def still(*permissions: str, sub="7c1d", active=True):
    """What the issuer says of a token now."""
    return 200, {"active": active, "sub": sub, "resource_access": {AUDIENCE: {"roles": list(permissions)}}}


@pytest.fixture
def served(shop):
    issuer = Issuer()
    served = ServedShop(shop, issuer)
    served.enters()
    shop.stocks("tea-01", on_hand=5)
    yield served
    issuer.wire.close()


@pytest.fixture
def clerk(served):
    return served.token(resource_access={AUDIENCE: {"roles": CLERK}})


def adjust(served, token):
    return served.door(token).run(adjust_stock, "tea-01", 1, "delivery")


def test_a_clerk_whose_role_still_holds_adjusts_stock(served, clerk):
    served.issuer.answers[INTROSPECT] = [still(*CLERK)]

    assert adjust(served, clerk).on_hand == 6
    asked = served.issuer.asked[-1][1]
    assert (asked["client_id"], asked["client_secret"], asked["token"]) == ("micromart-core", "core-secret", clerk)


def test_a_role_that_was_taken_away_is_honoured_for_ten_seconds_at_most(served, clerk):
    served.issuer.answers[INTROSPECT] = [still(*CLERK), still("cart:own", "order:place")]
    adjust(served, clerk)
    served.seconds = 9.9
    adjust(served, clerk)
    assert served.issuer.count(INTROSPECT) == 1

    served.seconds = 10.1
    with pytest.raises(NotAllowed):
        adjust(served, clerk)
    assert served.shop.raw_stock("tea-01").on_hand == 7


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (still(*CLERK, active=False), SignInOver),
        (still(*CLERK, sub="another"), SignInOver),
        ((200, {"active": "true"}), MicroMartError),
        ((200, {}), MicroMartError),
        ((401, {"error": "invalid_client"}), MicroMartError),
        ((302, {}, ("Location", "https://evil.example/")), MicroMartError),
        ((503, {}), IssuerUnreachable),
        (httpx.ConnectError("no"), IssuerUnreachable),
    ],
)
def test_without_a_clear_yes_nothing_is_changed(served, clerk, answer, refusal):
    served.issuer.answers[INTROSPECT] = [answer]

    with pytest.raises(refusal):
        adjust(served, clerk)
    assert served.shop.raw_stock("tea-01").on_hand == 5


def test_nobody_gets_more_than_the_token_says(served, clerk):
    served.issuer.answers[INTROSPECT] = [still(*Permission)]

    assert served.who(clerk, adjust_stock).permissions == set(CLERK)


def test_shoppers_and_readers_cost_the_issuer_nothing(served, clerk):
    served.door(served.token()).run(set_quantity, "tea-01", 1)
    with pytest.raises(NotAllowed):
        adjust(served, served.token())
    served.door(clerk).run(list_products)
    served.door(clerk).run(list_levels)
    served.door(clerk).run(set_quantity, "tea-01", 2)

    assert served.issuer.count(INTROSPECT) == 0


def test_what_only_a_shopper_may_is_done_without_the_rights_of_staff(served, clerk):
    assert not served.who(clerk, set_quantity).permissions & STAFF


def test_an_operation_that_asks_by_itself_is_asked_about_too(served):
    manager = served.token(resource_access={AUDIENCE: {"roles": ["order:manage", "order:cancel-own"]}})
    served.issuer.answers[INTROSPECT] = [httpx.ConnectError("no"), still("order:cancel-own")]

    with pytest.raises(IssuerUnreachable):
        served.door(manager).run(cancel_order, "MM-XXXX")
    assert Permission.ORDER_MANAGE not in served.who(manager, cancel_order).permissions


def test_a_script_is_asked_about_like_staff(served):
    token = served.token(azp=SCRIPT, sub="script", resource_access={AUDIENCE: {"roles": ["stock:adjust"]}})
    served.issuer.answers[INTROSPECT] = [still("stock:adjust", sub="script"), still(sub="script")]

    adjust(served, token)
    served.seconds = 11
    with pytest.raises(NotAllowed):
        adjust(served, token)
