"""Who may do what at the desk: roles given and taken, people blocked and let in, each asked for first."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from micromart_core.authentication.model import UserRoles
from micromart_core.permissions import Role
from micromart_core.users.model import ListedUser, Profile
from micromart_core.users.service_staff import disable_user, enable_user
from micromart_tui.admin.intent import Chosen, Confirmed, Intent
from micromart_tui.widgets.twin import command

STAFF_ROLES = (Role.STOCK_CLERK, Role.CATALOG_MANAGER, Role.ORDER_MANAGER, Role.ADMIN)
"""What people who work here are given; shoppers have theirs, and scripts get theirs with their secret."""


class Staffing(Struct, frozen=True):
    """Gives and takes roles for whoever sits here, wherever they are kept."""

    grant: Callable[[str, Role], UserRoles]
    revoke: Callable[[str, Role], UserRoles]


Beside = Callable[[Callable[[], UserRoles]], Awaitable[UserRoles]]
"""Does in a thread what asks the shop."""


def give_role(user: ListedUser, staffing: Staffing, beside: Beside) -> Intent | None:
    """Return giving a person a role, None where none is left to give."""
    name = user.profile.username
    left = tuple(role for role in STAFF_ROLES if role not in (user.roles or ()))
    if not left:
        return None
    return Intent(
        asks=f"Give {name} a role?",
        means="It counts at once, and the trail keeps that you gave it.",
        does="give it",
        command=lambda role: command("user", "grant", name, role),
        act=lambda _, role: beside(lambda: staffing.grant(name, Role(role))),
        field=Chosen("role", left),
    )


def take_role(user: ListedUser, staffing: Staffing, beside: Beside) -> Intent | None:
    """Return taking a role from a person, None where there is none to take."""
    name = user.profile.username
    held = tuple(role for role in STAFF_ROLES if user.roles is None or role in user.roles)
    if not held:
        return None
    return Intent(
        asks=f"Take a role from {name}?",
        means="What it allowed ends at once, and the trail keeps that you took it.",
        does="take it",
        command=lambda role: command("user", "revoke", name, role),
        act=lambda _, role: beside(lambda: staffing.revoke(name, Role(role))),
        field=Chosen("role", held),
    )


def block(profile: Profile) -> Intent:
    """Return blocking a person."""
    name = profile.username
    return Intent(
        asks=f"Block {name}?",
        means="Whoever is signed in by this name is out at once. Orders already placed are kept.",
        does="block",
        command=lambda _: command("user", "disable", name),
        act=lambda ask, _: ask(disable_user, profile.id),
        field=Confirmed("type", name),
    )


def let_in(profile: Profile) -> Intent:
    """Return letting a blocked person in again."""
    name = profile.username
    return Intent(
        asks=f"Let {name} in again?",
        means="They can sign in and order as before; their roles are what they were.",
        does="let in",
        command=lambda _: command("user", "enable", name),
        act=lambda ask, _: ask(enable_user, profile.id),
    )
