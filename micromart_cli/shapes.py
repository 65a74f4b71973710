"""The shape of every value as scripts see it: which facts beside its fields belong to it, and how each is written."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from micromart_core.money import Money
from micromart_core.text import drives_terminal


class Shape(Struct, frozen=True):
    """How a core value looks outside; its fields always belong to it."""

    of: str
    """Module below micromart_core and class: `inventory.model.StockLevel`."""
    adds: tuple[str, ...] = ()
    """Properties that belong to it too."""
    narrows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields whose value shows only these of its own."""
    leaves_out: tuple[str, ...] = ()
    """Fields that are said in words only: the answer to a repeated request is the stored one, to the letter."""
    flattens: str | None = None
    """The field whose facts stand directly in it."""
    columns: tuple[str, ...] = ()
    """What a table of them shows to people; empty = what is short enough."""
    name: str = ""
    """What `micromart schema` calls it; empty = its class."""

    @property
    def title(self) -> str:
        """The name of the shape."""
        return self.name or self.of.rpartition(".")[2]


_STOCK = ("on_hand", "held", "available")
SHAPES = (
    Shape(
        "products.model.Product",
        narrows={"stock": _STOCK},
        columns=("sku", "name", "category", "tagline", "price", "stock.available"),
    ),
    Shape("products.model.Category", columns=("name", "products")),
    Shape("products.model.ImportOutcome", adds=("applied",), name="CatalogueImport"),
    Shape("carts.model.CartLine", adds=("total",), columns=("sku", "name", "quantity", "price", "total")),
    Shape("carts.model.Cart", columns=("id", "status", "total", "held_until")),
    Shape("carts.model.Dearer", columns=("sku", "name", "was", "now")),
    Shape("carts.model.Restored", flattens="cart"),
    Shape("orders.model.OrderLine", columns=("sku", "name", "quantity", "price", "total")),
    Shape("orders.model.OrderStep", columns=("status", "at", "actor")),
    Shape("orders.model.OrderMail", columns=("id", "template", "status")),
    Shape(
        "orders.model.Order",
        adds=("items",),
        columns=("number", "status", "payment_status", "items", "total", "placed_at", "email"),
    ),
    Shape(
        "inventory.model.StockLevel",
        adds=("available", "low"),
        columns=("sku", "on_hand", "held", "available", "reorder_level", "low"),
    ),
    Shape(
        "inventory.model.StockMovement",
        columns=("at", "sku", "change", "balance", "reason", "actor", "note"),
    ),
    Shape("inventory.model.Hold", columns=("sku", "cart", "quantity", "until")),
    Shape("notifications.model.Mail", columns=("queued_at", "to", "subject", "status", "attempts", "id")),
    Shape("users.model.Profile", columns=("username", "name", "email", "disabled", "last_seen_at")),
    Shape(
        "users.model.ListedUser",
        flattens="profile",
        columns=("username", "name", "email", "disabled", "roles", "last_seen_at"),
    ),
    Shape("users.model.Address", columns=("id", "name", "line1", "postcode", "city", "country", "is_default")),
    Shape(
        "users.model.UserDetails",
        flattens="profile",
        columns=("username", "name", "email", "disabled", "roles", "last_seen_at"),
    ),
    Shape("users.model.UserOrder", columns=("number", "status", "payment_status", "total", "placed_at")),
    Shape("authentication.model.Session", columns=("signed_in", "user", "email", "issuer", "expires_at")),
    Shape("authentication.model.UserRoles", columns=("user", "roles")),
    Shape("authentication.model.AutomationClient", columns=("name", "created_by", "created_at")),
    Shape("users.model.AuditEntry", columns=("at", "actor", "action", "target", "before", "after")),
    Shape("dead_letters.DeadLetter", columns=("id", "type", "error", "attempts", "at")),
    Shape("notifications.model.MailWithText"),
    Shape("orders.model_reports.SalesRow", columns=("key", "name", "orders", "units", "total")),
    Shape("carts.model_stats.CartCount", columns=("key", "carts", "ordered", "ended", "units")),
    Shape("carts.model_stats.CartStats"),
    Shape("settings_sources.Setting", columns=("name", "value")),
    Shape("inventory.model_reports.StockExplained", adds=("available", "low")),
    Shape("inventory.model_reports.HoldOfCart", columns=("cart", "quantity", "until")),
    Shape("inventory.model_reports.StockVerified"),
    Shape("inventory.model_reports.Violation", columns=("sku", "kind", "stored", "expected")),
    Shape("inventory.model_reports.StockCount", columns=("key", "movements", "added", "sold", "removed", "change")),
    Shape("inventory.model_changes.HoldsReleased"),
    Shape("inventory.model_changes.ReleasedLine", columns=("sku", "quantity")),
    Shape("inventory.model_runs.BulkResult", leaves_out=("was_done",)),
    Shape("inventory.model_runs.RejectedRow", columns=("row", "error")),
    Shape("outbox.EventRecord", columns=("at", "type", "key", "published_at", "attempts"), name="Event"),
    Shape("event_log.Replayed"),
    Shape("maintenance.story.Step", columns=("ms", "kind", "name", "about", "outcome"), name="TraceStep"),
    Shape("jobs.Job", columns=("name", "does")),
    Shape("jobs.JobDone"),
    Shape("migration.Upgrade"),
    Shape("migration.Revisions"),
    Shape("adapters.remote.contexts.Context", columns=("name", "url", "in_use")),
    Shape("maintenance.health.Check", columns=("check", "ok", "detail", "fix")),
    Shape("maintenance.backup.Backup"),
    Shape("maintenance.restore.RestoredShop"),
    Shape("maintenance.seeding.Seeded"),
    Shape("maintenance.copying.Copied", adds=("rows",)),
    Shape("maintenance.copying.TableCount", columns=("table", "source", "target")),
    Shape("maintenance.drill_report.Drill"),
    Shape(
        "maintenance.drill_report.OperationFigures",
        columns=("operation", "count", "per_second", "p50", "p95", "p99", "refused", "why"),
    ),
    Shape("maintenance.drill_notes.Found", columns=("promise", "detail"), name="BrokenPromise"),
)
_DELETE = "\x7f"
_NOT_PLAIN = re.compile(r"[^\x00-\x7e]")
_BY_CLASS = {f"micromart_core.{shape.of}": shape for shape in SHAPES}
_NO_SHAPE = Shape("")


def shape_of(kind: type) -> Shape:
    """Return the shape of a class; one that is not registered shows its fields and nothing else."""
    return _BY_CLASS.get(f"{kind.__module__}.{kind.__name__}", _NO_SHAPE)


def plain(value: Any) -> Any:
    """Turn any value of the core into what JSON knows; raise TypeError for what has no shape."""
    if isinstance(value, Money):
        return {"amount": str(value), "currency": value.currency}
    if isinstance(value, Struct):
        return dict(_facts(value))
    if isinstance(value, Mapping):
        return {str(key): plain(fact) for key, fact in value.items()}
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value)]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _plain_scalar(value)


def to_json(facts: Any, *, indent: int | None = None) -> str:
    """Write JSON in which whatever a terminal might obey is escaped: lossless, and harmless to look at."""
    text = json.dumps(facts, ensure_ascii=False, indent=indent)
    return text if text.isascii() and _DELETE not in text else _NOT_PLAIN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if not drives_terminal(character):
        return character
    return json.dumps(character)[1:-1] if character != _DELETE else "\\u007f"


def _facts(value: Struct) -> Iterator[tuple[str, Any]]:
    shape = shape_of(type(value))
    own = (each for each in value.__struct_fields__ if each not in shape.leaves_out)
    for name in (*own, *shape.adds):
        fact = plain(getattr(value, name))
        if name == shape.flattens:
            yield from fact.items()
        elif name in shape.narrows and fact is not None:
            yield name, {inner: fact[inner] for inner in shape.narrows[name]}
        else:
            yield name, fact


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, msgspec.Raw):
        return msgspec.json.decode(value)
    return _plain_text(value)


def _plain_text(value: Any) -> str:
    if isinstance(value, Decimal | Path | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no shape")
