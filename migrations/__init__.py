"""The history of the database's tables: one for SQLite and PostgreSQL, run by Alembic."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every revision, oldest first; written here so that a verb can tell old from new without importing Alembic."""
HEAD = REVISIONS[-1]
