import pytest

from micromart_core.errors import LONGEST_SENTENCE, InvalidValue
from micromart_core.inventory.model import UnknownSku
from micromart_core.orders.model import CartChangedMeanwhile
from micromart_core.products.service import show_product
from micromart_core.settings import CartSettings


def test_a_refusal_is_short_however_long_what_it_refuses_is(shop):
    given = "A" * 900_000

    with pytest.raises(UnknownSku) as refused:
        shop.guest("ann").run(show_product, given)

    assert len(refused.value.sentences) < 2_200
    assert len(refused.value.details["sku"]) < 2_200
    assert refused.value.message.endswith("AAA.")
    assert str(refused.value) == refused.value.message


def test_what_can_be_read_is_told_as_it_was():
    told = InvalidValue("x" * LONGEST_SENTENCE, why="because", hint="try")

    assert (told.message, told.why, told.hint) == ("x" * LONGEST_SENTENCE, "because", "try")


def test_a_full_cart_of_which_nothing_is_left_is_told_line_by_line():
    skus = [f"CB-{number:03}" for number in range(CartSettings().max_lines)]
    gone = CartChangedMeanwhile(tuple((sku, 0) for sku in skus), ())
    dearer = CartChangedMeanwhile((), tuple((sku, "$24.00", "$26.00") for sku in skus))

    for refused in (gone, dearer):
        assert all(f"{sku}: " in refused.why for sku in skus)
