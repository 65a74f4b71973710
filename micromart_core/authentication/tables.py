"""The tables of local accounts, apart from their statements because a caller is found with his profile."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from micromart_core.schema import Instant, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("password_changed_at", Instant, nullable=False),
    CheckConstraint("substr(password_hash, 1, 10) = '$argon2id$'", name="password_hash"),
)
account_roles = Table(
    "account_roles",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("granted_by", Text, nullable=False),
    Column("granted_at", Instant, nullable=False),
    CheckConstraint("role IN ('shopper', 'stock-clerk', 'catalog-manager', 'order-manager', 'admin')", name="role"),
)
Index("account_roles_by_role", account_roles.c.role)
clients = Table(
    "clients",
    metadata,
    Column("name", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("length(secret_hash) = 64", name="secret_hash"),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id")),
    Column("client", Text, ForeignKey("clients.name", ondelete="CASCADE")),
    Column("user_id", Text),
    Column("signed_in_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("(account_id IS NULL) <> (client IS NULL)", name="owner"),
    CheckConstraint("(account_id IS NULL) = (user_id IS NULL)", name="profile"),
    CheckConstraint("length(token_hash) = 64", name="token_hash"),
)
Index("sessions_by_account", sessions.c.account_id)
Index("sessions_by_client", sessions.c.client)
Index("sessions_by_end", sessions.c.expires_at)
codes = Table(
    "codes",
    metadata,
    Column("code_hash", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.id")),
    Column("username", Text),
    Column("email", Text),
    Column("password_hash", Text),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("purpose IN ('verify', 'recover')", name="purpose"),
    CheckConstraint("length(code_hash) = 64", name="code_hash"),
    CheckConstraint(
        "purpose = 'recover' OR (username IS NOT NULL AND email IS NOT NULL AND password_hash IS NOT NULL)",
        name="pending",
    ),
)
Index("codes_by_email", codes.c.email_key)
Index("codes_by_end", codes.c.expires_at)
throttles = Table(
    "throttles",
    metadata,
    Column("key", Text, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("paused_until", Instant),
)
Index("throttles_by_last", throttles.c.last_at)
first_admin = Table(
    "first_admin",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("id = 1", name="once"),
)
shop_identity = Table(
    "shop_identity",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("shop_id", Text, nullable=False),
    CheckConstraint("id = 1", name="once"),
)
