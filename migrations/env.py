"""What Alembic runs, in the transaction its caller opened: a failed step leaves nothing."""

from alembic import context

from micromart_core.products.search_index import FULL_TEXT_TABLE


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Pass over the tables that SQLite's full-text index keeps: no metadata knows them."""
    return kind != "table" or not (name or "").startswith(FULL_TEXT_TABLE)


attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes.get("target_metadata"),
    include_name=is_declared,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()
