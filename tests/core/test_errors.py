import pytest

from micromart_core.errors import InvalidValue
from micromart_core.inventory.model import UnknownSku
from micromart_core.products.service import show_product


def test_a_refusal_is_short_however_long_what_it_refuses_is(shop):
    given = "A" * 900_000

    with pytest.raises(UnknownSku) as refused:
        shop.guest("ann").run(show_product, given)

    assert len(refused.value.sentences) < 1_200
    assert len(refused.value.details["sku"]) < 1_200
    assert refused.value.message.endswith("AAA.")
    assert str(refused.value) == refused.value.message


def test_what_can_be_read_is_told_as_it_was():
    told = InvalidValue("x" * 1_000, why="because", hint="try")

    assert (told.message, told.why, told.hint) == ("x" * 1_000, "because", "try")
