"""Things of the shop in whole sentences, to be read aloud."""

from datetime import datetime

from micromart_core.carts.model import Cart, CartLine
from micromart_core.errors import MicroMartError, SignInFirst
from micromart_core.inventory.model import Sku, StockLevel
from micromart_core.money import Money
from micromart_core.money_words import money_words
from micromart_core.orders.model import Order
from micromart_core.products.model import Product
from micromart_core.users.model import Address

EMPTY = "Your cart is empty. What you add is held for you, so nobody else can take it."
ENDED = "Your hold ended. The things you picked are back on the shelf. Say: pick up, to take them again."


def price_of(money: Money) -> str:
    """Say an amount: $19.00."""
    return money_words(str(money), money.currency)


def time_left(seconds: int) -> str:
    """Say how long something is held: 9 minutes 41 seconds."""
    minutes, rest = divmod(max(0, seconds), 60)
    parts = [counted(minutes, "minute") if minutes else "", counted(rest, "second") if rest or not minutes else ""]
    return " ".join(filter(None, parts))


def counted(number: int, thing: str) -> str:
    """Say a number of things: 1 thing, 2 things."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def stock_words(level: StockLevel) -> str:
    """Say how many may be added."""
    if level.available > 0:
        return f"{level.available:,} left"
    return f"none free, {level.held:,} held in carts" if level.held else "sold out"


def product_in_brief(product: Product) -> str:
    """Say what somebody chooses by."""
    return f"{product.name}, {price_of(product.price)}, {stock_words(product.stock)}"


def product_in_full(product: Product) -> str:
    """Say everything a shopper is told of a product."""
    told = [f"{product.name}. {product.tagline}".rstrip(), f"{price_of(product.price)}, {stock_words(product.stock)}."]
    return "\n".join(
        filter(None, (*told, product.description, f"It is in {product.category}; its SKU is {product.sku}."))
    )


def line_words(line: CartLine) -> str:
    """Say a line of a cart."""
    return f"{line.quantity} of {line.name}, {price_of(line.total)}"


def cart_words(cart: Cart) -> str:
    """Say what a cart holds, until when, and what it comes to."""
    told = [line_words(line) + "." for line in cart.lines]
    if cart.lines:
        told.append(f"In all {sum_words(cart)}. Held for you for {time_left(cart.seconds_left)}.")
    if cart.restorable:
        told.append(f"No longer held: {'; '.join(line_words(line) for line in cart.restorable)}. Say: pick up.")
    return "\n".join(told) if told else EMPTY


def held_words(cart: Cart, sku: Sku) -> str:
    """Say what a cart holds of one thing, and for how long."""
    line = next((each for each in cart.lines if each.sku == sku), None)
    told = f"Your cart holds {line.quantity} of {line.name}" if line else f"{sku} is back on the shelf"
    if not cart.lines:
        return f"{told}. Your cart is empty."
    return f"{told}. In all {sum_words(cart)}, held for you for {time_left(cart.seconds_left)}."


def sum_words(cart: Cart) -> str:
    """Say the total, and what of it is not the things themselves."""
    extra = [
        f"{name} {price_of(amount)}"
        for name, amount in (("shipping", cart.shipping), ("tax", cart.tax))
        if amount.amount
    ]
    return price_of(cart.total) + (f", with {' and '.join(extra)}" if extra else "")


def address_words(address: Address) -> str:
    """Say where an order goes."""
    return ", ".join(address.lines)


def order_in_brief(order: Order) -> str:
    """Say what an order is found by."""
    things = counted(order.items, "thing")
    return f"{order.number}, {_moment(order.placed_at)}, {things}, {price_of(order.total)}, {order.status}"


def order_in_full(order: Order) -> str:
    """Say everything a shopper is told of an order."""
    told = [f"Order {order.number}: {order.status}, {order.payment_status}."]
    told += [f"{line.quantity} of {line.name}, {price_of(line.total)}." for line in order.lines]
    told.append(f"In all {price_of(order.total)}.")
    if order.address:
        told.append(f"It goes to {address_words(order.address)}.")
    if order.tracking:
        told.append(f"Its parcel is {order.tracking}.")
    told += [f"{step.status} on {_moment(step.at)}." for step in order.history]
    return "\n".join(told)


def refusal_words(error: MicroMartError) -> str:
    """Say what went wrong and why."""
    if isinstance(error, SignInFirst):
        return f"{error.message} Say: sign in."
    why = f" {error.why[:1].upper()}{error.why[1:]}." if error.why else ""
    return f"{error.message}{why}"


def _moment(moment: datetime) -> str:
    here = moment.astimezone()
    return f"{here.day} {here:%B} at {here:%H:%M}"
