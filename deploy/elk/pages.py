"""The pages: which lines of the log each looks at, which fields it lists, and what it counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over time, or a table where `over_time` is false."""

    name: str
    metrics: tuple[tuple[str, str | None], ...]
    """Kibana's names of what is computed, each with its field."""
    split_by: str | None = None
    over_time: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One dashboard: a saved search, and charts of its lines."""

    id: str
    title: str
    query: str
    """In Lucene's syntax, which Elasticsearch itself understands."""
    columns: tuple[str, ...]
    charts: tuple[Chart, ...]


_COUNT: tuple[str, str | None] = ("count", None)
PAGES = (
    Page(
        "sales",
        "Sales",
        'event.action:"order.placed"',
        ("micromart.order.number", "micromart.order.total", "micromart.order.currency", "micromart.order.units"),
        (
            Chart("Sold, by currency", (("sum", "micromart.order.total"),), "micromart.order.currency"),
            Chart(
                "Orders and units",
                (
                    ("cardinality", "micromart.order.number"),
                    ("sum", "micromart.order.units"),
                    ("avg", "micromart.order.total"),
                ),
                "micromart.order.currency",
                over_time=False,
            ),
        ),
    ),
    Page(
        "holds",
        "Holds and expiries",
        'event.action:("carts/set_quantity" OR "carts/add_units" OR "cart.expired")',
        ("event.action", "event.outcome", "error.code", "micromart.cart.units"),
        (
            Chart("Holds and ended holds", (_COUNT,), "event.action"),
            Chart("Units that came free again", (("sum", "micromart.cart.units"),)),
        ),
    ),
    Page(
        "letters",
        "Letters",
        'event.action:"notifications/send"',
        ("micromart.mail.status", "micromart.mail.attempt", "event.duration", "trace.id"),
        (
            Chart("What became of letters", (_COUNT,), "micromart.mail.status"),
            Chart("How long the mail server takes (ns)", (("percentiles", "event.duration"),)),
        ),
    ),
    Page(
        "errors",
        "Errors",
        "event.outcome:failure OR log.level:(warning OR error OR critical)",
        ("service.name", "log.level", "event.action", "error.code", "message", "trace.id"),
        (
            Chart("Refused, by reason", (_COUNT,), "error.code"),
            Chart("Warnings and failures, by program", (_COUNT,), "service.name", over_time=False),
        ),
    ),
    Page(
        "latency",
        "Latency",
        "_exists_:event.duration",
        ("event.action", "event.outcome", "event.duration", "micromart.retries", "trace.id"),
        (
            Chart("Duration of operations (ns)", (("percentiles", "event.duration"),)),
            Chart("By operation (ns)", (_COUNT, ("percentiles", "event.duration")), "event.action", over_time=False),
        ),
    ),
)
