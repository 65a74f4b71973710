"""What a held line costs: the price that was locked with its hold, or a lower one of today."""

from micromart_core.carts.store_lines import LineRow
from micromart_core.money import Money


def lower_price(held: LineRow | None, today: Money) -> Money:
    """Return the lower of a held line's price and today's; amounts of two currencies do not compare, today's stands."""
    if held is None or held.currency != today.currency:
        return today
    return min(Money(held.unit_price, held.currency), today)


def is_dearer(line: LineRow, today: Money) -> bool:
    """Say whether today's price needs a yes: it is higher than the line's, or in another currency."""
    return today.currency != line.currency or today.amount > line.unit_price
