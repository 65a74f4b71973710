"""What is written to whom when something happens."""

from micromart_core.caller import UserId
from micromart_core.carts.model import CartExpired
from micromart_core.dead_letters import DeadLetter
from micromart_core.dispatch import handles
from micromart_core.inventory.model import HoldsEvicted, Sku, StockLow
from micromart_core.notifications.model import MailDead, Template
from micromart_core.notifications.service import queue_letter
from micromart_core.orders.model import OrderPlaced, OrderStatus, OrderStatusChanged, PaymentStatus
from micromart_core.products.service import offers_of
from micromart_core.transaction import Transaction
from micromart_core.users.model import Profile
from micromart_core.users.service import profile_of

_ORDER_LETTERS = {
    OrderStatus.SHIPPED: Template.ORDER_SHIPPED,
    OrderStatus.CANCELLED: Template.ORDER_CANCELLED,
    OrderStatus.RETURNED: Template.ORDER_RETURNED,
}


@handles(OrderPlaced)
def confirm_order(tx: Transaction, event: OrderPlaced) -> None:
    """Thank the shopper, with what was bought and where it goes."""
    _write_about_order(tx, Template.ORDER_CONFIRMATION, event)


@handles(OrderStatusChanged)
def tell_of_order(tx: Transaction, event: OrderStatusChanged) -> None:
    """Tell the shopper once of each step worth a letter: shipped, cancelled, returned, refunded."""
    template = _ORDER_LETTERS.get(OrderStatus(event.status))
    if template is not None:
        _write_about_order(tx, template, event)
    if event.payment_status == PaymentStatus.REFUNDED:
        _write_about_order(tx, Template.ORDER_REFUNDED, event)


@handles(CartExpired)
def tell_of_ended_hold(tx: Transaction, event: CartExpired) -> None:
    """Tell a signed-in shopper what went back on the shelf, and how to get it back."""
    reader = _reader(tx, event.user_id)
    if reader is None or not event.lines:
        return
    names = _names(tx, tuple(sku for sku, _ in event.lines))
    lines = [(names[sku], quantity) for sku, quantity in event.lines]
    mail_id = f"{event.cart_id}/{Template.CART_EXPIRED}"
    _write_to(tx, reader, Template.CART_EXPIRED, {"lines": lines}, mail_id)


@handles(HoldsEvicted)
def tell_of_released_lines(tx: Transaction, event: HoldsEvicted) -> None:
    """Tell a signed-in shopper what staff had to take out of the cart."""
    reader = _reader(tx, event.user_id)
    if reader is None or not event.skus:
        return
    facts: dict[str, object] = {"products": list(_names(tx, event.skus).values()), "reason": event.reason}
    mail_id = f"{event.cart_id}/{Template.LINES_RELEASED}/{event.skus[0]}/{tx.trace_id}"
    _write_to(tx, reader, Template.LINES_RELEASED, facts, mail_id)


@handles(StockLow)
def tell_of_low_stock(tx: Transaction, event: StockLow) -> None:
    """Tell staff what is running low."""
    facts: dict[str, object] = {"stock": event, "product": _names(tx, (event.sku,))[event.sku]}
    _write_to_staff(tx, Template.LOW_STOCK, facts, f"{event.sku}/{Template.LOW_STOCK}/{tx.trace_id}")


@handles(MailDead)
def tell_of_dead_mail(tx: Transaction, event: MailDead) -> None:
    """Tell staff of a letter that was given up; of a letter that tells of one nobody is told."""
    if event.template != Template.MAIL_DEAD:
        _write_to_staff(tx, Template.MAIL_DEAD, {"mail": event}, f"{event.mail_id}/{Template.MAIL_DEAD}")


def tell_of_dead_letter(tx: Transaction, event: DeadLetter) -> None:
    """Tell staff of an event that was put aside; whoever puts it there calls this in the same transaction."""
    _write_to_staff(tx, Template.DEAD_LETTER, {"event": event}, f"{event.id}/{Template.DEAD_LETTER}")


def _write_about_order(tx: Transaction, template: Template, event: OrderPlaced | OrderStatusChanged) -> None:
    if event.email is not None:
        queue_letter(
            tx,
            template,
            {"order": event},
            mail_id=f"{event.order_id}/{template}",
            to=event.email,
            order_id=event.order_id,
            user_id=event.user_id,
        )


def _write_to(tx: Transaction, reader: Profile, template: Template, facts: dict[str, object], mail_id: str) -> None:
    everything = facts | {"name": reader.name or reader.username}
    queue_letter(tx, template, everything, mail_id=mail_id, to=str(reader.email), user_id=reader.id)


def _write_to_staff(tx: Transaction, template: Template, facts: dict[str, object], mail_id: str) -> None:
    if tx.settings.shop.staff_email:
        queue_letter(tx, template, facts, mail_id=mail_id, to=tx.settings.shop.staff_email)


def _reader(tx: Transaction, user_id: str | None) -> Profile | None:
    """Return whom to write to; None for a guest, a blocked person, or one without an address."""
    if user_id is None:
        return None
    profile = profile_of(tx, UserId(user_id))
    return None if profile.disabled or not profile.email else profile


def _names(tx: Transaction, skus: tuple[str, ...]) -> dict[str, str]:
    """Return what each product is called; its SKU when it is gone."""
    offers = offers_of(tx, [Sku(sku) for sku in skus])
    return {sku: offers[Sku(sku)].name if Sku(sku) in offers else sku for sku in skus}
