"""What a front end must know before it shows anything."""

from decimal import Decimal

from micromart_core.settings import CheckoutSettings, HoldSettings, IdentitySettings, ShopSettings
from micromart_core.shop_facts import show_shop
from tests.conftest import NOON


def test_anybody_may_ask_what_the_shop_is_called_and_what_time_it_is_there(shop, clock):
    clock.advance(minutes=1)
    facts = shop.guest("ann").run(show_shop)

    assert (facts.name, facts.currency, facts.issuer) == ("MicroMart", "USD", None)
    assert (facts.hold_minutes, facts.limit_minutes, facts.require_address) == (10, 15, True)
    assert (facts.now - NOON).total_seconds() == 60


def test_it_tells_what_the_owner_set(shop):
    other = shop.again(
        shop=ShopSettings(name="Night Market", currency="EUR"),
        holds=HoldSettings(minutes=Decimal("2.5"), limit_minutes=Decimal(4)),
        checkout=CheckoutSettings(require_address=False),
        identity=IdentitySettings(issuer="https://id.example/realms/night"),
    )
    facts = other.operator().run(show_shop)

    assert (facts.name, facts.currency, facts.issuer) == ("Night Market", "EUR", "https://id.example/realms/night")
    assert (facts.hold_minutes, facts.limit_minutes, facts.require_address) == (2.5, 4, False)
