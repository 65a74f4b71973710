"""Which shops have local accounts."""

from micromart_core.errors import InvalidValue
from micromart_core.settings import Settings


def refuse_unless_allowed(settings: Settings) -> None:
    """Raise InvalidValue where passwords belong to an issuer's own pages, or the owner has not allowed local ones."""
    if settings.identity.issuer:
        raise InvalidValue(
            "This shop has no local accounts.",
            why=f"its people sign in at {settings.identity.issuer}",
            hint="unset identity.issuer to have local accounts",
        )
    if settings.database.url.startswith("postgres") and not settings.identity.allow_local:
        raise InvalidValue(
            "Local accounts are not allowed on a shared database.",
            why="whoever reaches its tables could let himself in",
            hint="set identity.allow_local = true if that is meant",
        )
