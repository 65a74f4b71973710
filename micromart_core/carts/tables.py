"""The tables of carts, apart from their statements because the stockroom reads and clears what their lines hold."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    and_,
    false,
)

from micromart_core.schema import Instant, leave_room, metadata, partial_index

carts = Table(
    "carts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text),
    Column("cart_key", Text),
    Column("status", Text, nullable=False, server_default="open"),
    Column("held_until", Instant),
    Column("hold_limit", Instant),
    Column("extended", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("status IN ('open', 'ordered', 'expired', 'parked', 'merged')", name="status"),
    CheckConstraint("(held_until IS NULL) = (hold_limit IS NULL)", name="deadline"),
)
cart_lines = Table(
    "cart_lines",
    metadata,
    Column("cart_id", Text, ForeignKey("carts.id"), primary_key=True),
    Column("sku", Text, ForeignKey("stock.sku"), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("restored", Boolean, nullable=False, server_default=false()),
    CheckConstraint("quantity > 0", name="quantity"),
)
leave_room(carts)
leave_room(cart_lines)
_HOLDING = carts.c.held_until.is_not(None)
_OPEN_USER = and_(carts.c.status == "open", carts.c.user_id.is_not(None))
_OPEN_SESSION = and_(carts.c.status == "open", carts.c.cart_key.is_not(None))
_ENDED = carts.c.ended_at.is_not(None)

partial_index("carts_holding", carts.c.held_until, where=_HOLDING)
partial_index("one_open_cart_a_user", carts.c.user_id, unique=True, where=_OPEN_USER)
partial_index("one_open_cart_a_session", carts.c.cart_key, unique=True, where=_OPEN_SESSION)
partial_index("ended_carts_by_user", carts.c.user_id, carts.c.ended_at, where=_ENDED)
partial_index("ended_carts_by_session", carts.c.cart_key, carts.c.ended_at, where=_ENDED)
partial_index("ended_carts", carts.c.ended_at, where=_ENDED)
partial_index("held_lines_by_sku", cart_lines.c.sku, where=cart_lines.c.held)
