"""How an order's way and its letters are told."""

from datetime import UTC, datetime
from itertools import product

import pytest

from micromart_core.notifications.model import Mail, MailStatus
from micromart_tui.order_words import LETTERS, letters
from micromart_tui.screens.order import _SIDE
from tests.core.order_stories import TEA, buys, without_address

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SENT = {MailStatus.SENT: (NOW, datetime(2026, 5, 12, tzinfo=UTC), datetime(2024, 11, 5, tzinfo=UTC))}


@pytest.fixture
def order(shop):
    shop.stocks(TEA, on_hand=9)
    return buys(without_address(shop).shopper("ann"), TEA, 1)


@pytest.mark.parametrize(("template", "status"), product(LETTERS, MailStatus))
def test_each_letter_has_room_beside_the_order_with_all_that_is_told_of_it(order, template, status):
    for sent_at in SENT.get(status, (None,)):
        mail = Mail("m", "ann@example.org", "Subject", template, order.number, status, 1, NOW, sent_at, None)

        assert max(each.cell_length for each in letters(order, [mail], NOW)) <= _SIDE
