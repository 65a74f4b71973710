from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micromart_core.errors import InvalidValue
from micromart_core.money import Money
from micromart_core.settings import Settings, ShopSettings
from micromart_core.totals import totals_of, totals_with

amounts = st.integers(min_value=0, max_value=10**10)
rates = st.decimals(min_value=0, max_value=100, places=2)


def shop_with(**settings) -> Settings:
    return Settings(shop=ShopSettings(**settings))


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


@pytest.mark.parametrize(
    "text", ["", "cheap", "1e3", "9e999999", "1e-9999999", "1_000", "\uff11", "NaN", "9" * 5_000, "1.001"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(InvalidValue):
        usd(text)


def test_an_amount_of_a_setting_may_be_written_with_an_exponent():
    assert shop_with(shipping=Decimal("1e1")).shop.money(Decimal("1e1")) == usd("10")


def test_a_plain_shop_charges_the_goods_alone():
    totals = totals_of(Settings(), usd("38.00"))

    assert (totals.shipping, totals.tax, totals.total) == (usd("0"), usd("0"), usd("38.00"))


def test_shipping_is_free_from_the_subtotal_the_owner_set():
    settings = shop_with(shipping=Decimal("4.90"), free_shipping_from=Decimal(50))

    assert totals_of(settings, usd("49.99")).total == usd("54.89")
    assert totals_of(settings, usd("50.00")).total == usd("50.00")


def test_an_empty_cart_costs_nothing():
    settings = shop_with(shipping=Decimal("4.90"), tax_percent=Decimal(19), tax_included=False)

    assert totals_of(settings, usd("0")).total == usd("0")


def test_tax_inside_the_prices_is_shown_and_not_added():
    totals = totals_of(shop_with(tax_percent=Decimal(19)), usd("119.00"))

    assert (totals.tax, totals.total) == (usd("19.00"), usd("119.00"))


def test_tax_on_top_is_added():
    totals = totals_of(shop_with(tax_percent=Decimal(19), tax_included=False), usd("100.00"))

    assert (totals.tax, totals.total) == (usd("19.00"), usd("119.00"))


def test_half_a_cent_of_tax_is_rounded_up():
    assert totals_of(shop_with(tax_percent=Decimal(5), tax_included=False), usd("0.10")).tax == usd("0.01")
    assert totals_of(shop_with(tax_percent=Decimal(5), tax_included=False), usd("0.09")).tax == usd("0.00")


def test_a_yen_has_no_decimals():
    settings = shop_with(currency="JPY", shipping=Decimal(800), tax_percent=Decimal(10), tax_included=False)

    assert totals_of(settings, Money(1005, "JPY")).total == Money(1005 + 800 + 101, "JPY")


def test_settled_shipping_stays_as_it_is():
    settings = shop_with(shipping=Decimal("4.90"), free_shipping_from=Decimal(50))

    assert totals_with(settings, usd("49.00"), usd("0")).total == usd("49.00")


@given(subtotal=amounts, rate=rates, included=st.booleans(), shipping=st.decimals(0, 100, places=2))
def test_the_amounts_always_add_up(subtotal, rate, included, shipping):
    settings = shop_with(tax_percent=rate, tax_included=included, shipping=shipping)
    totals = totals_of(settings, Money(subtotal, "USD"))

    tax_on_top = 0 if included else totals.tax.amount
    assert totals.total.amount == totals.subtotal.amount + totals.shipping.amount + tax_on_top


@given(subtotal=amounts, rate=rates)
def test_tax_on_top_is_the_exact_amount_rounded_once(subtotal, rate):
    totals = totals_of(shop_with(tax_percent=rate, tax_included=False), Money(subtotal, "USD"))

    exact = Decimal(subtotal) * rate / 100
    assert totals.tax.amount == exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)


@given(subtotal=amounts, rate=rates)
def test_tax_inside_and_the_net_price_make_the_gross_again(subtotal, rate):
    tax = totals_of(shop_with(tax_percent=rate), Money(subtotal, "USD")).tax.amount

    net = Decimal(subtotal) / (1 + rate / 100)
    assert abs(net + tax - subtotal) <= Decimal("0.51")


@given(less=amounts, more=amounts, rate=rates, included=st.booleans())
def test_more_goods_never_cost_less_without_free_shipping(less, more, rate, included):
    settings = shop_with(tax_percent=rate, tax_included=included, shipping=Decimal("4.90"))
    first, second = sorted((less, more))

    assert totals_of(settings, Money(first, "USD")).total <= totals_of(settings, Money(second, "USD")).total
