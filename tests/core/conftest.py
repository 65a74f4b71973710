"""What several of the core's stories begin with."""

import pytest

from tests.core.order_stories import MUG, TEA, without_address


@pytest.fixture
def easy(shop):
    """A shop that needs no address, with two products."""
    easy = without_address(shop)
    easy.stocks(TEA, on_hand=5, price="4.50")
    easy.stocks(MUG, on_hand=5, price="24.00")
    return easy
