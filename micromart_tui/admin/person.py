"""One person as staff may see them: what they may do here, what they bought, and what was done about them."""

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Topic
from micromart_core.users.model import AuditEntry, ListedUser, UserDetails, UserOrder
from micromart_core.users.service_staff import list_audit, show_user
from micromart_tui.admin.payload import named_rows
from micromart_tui.admin.people_keys import PeopleKeys
from micromart_tui.rows import beside, prose, row, spread
from micromart_tui.sheet import SheetScreen
from micromart_tui.when import brief_words, day_words

_ORDERS, _TRAIL = 8, 12
"""How many of the newest are shown of each; the command shows the rest."""
_ORDER, _GAP, _WHEN = 36, 4, 7
"""Cells of an order's row, between the columns, and of a date."""


class PersonPage(PeopleKeys, SheetScreen):
    """Lies over the list."""

    place: ClassVar[str] = "desk/people"
    heading: ClassVar[str] = "person"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.USERS, Topic.ORDERS})
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "app.back", "back", key_display="esc")]

    def __init__(self, user: ListedUser) -> None:
        super().__init__()
        self._user = user
        self._details: UserDetails | None = None
        self._trail: tuple[AuditEntry, ...] | None = None

    @property
    def someone(self) -> ListedUser | None:
        """The person of the page."""
        return self._user

    def renew(self) -> None:
        """Read the person again."""
        self.read_person()

    @work(exclusive=True, group="read-person")
    async def read_person(self) -> None:
        """Read the person, and of the trail what staff may read there."""
        async with self.reading():
            self._details = await self.ask(show_user, self._user.profile.id)
            self._user = ListedUser(self._details.profile, self._details.roles)
            target = f"user:{self._details.profile.username}"
            trail = await self.ask_if_allowed(list_audit, target=target, limit=_TRAIL)
            self._trail = None if trail is None else trail.items
            self.repaint()
            self.show_command()
            self.refresh_bindings()

    def question_moved(self) -> None:
        """Draw for the height that is left."""
        super().question_moved()
        self.repaint()

    def draw(self, width: int, height: int) -> Sequence[Content]:  # noqa: ARG002  # it scrolls
        """Draw the person."""
        details = self._details
        if details is None or not self.mart.clock.is_set:
            return []
        profile = details.profile
        state = ("○ blocked", "$rose") if profile.disabled else ("● active", "$leaf")
        name = "" if profile.name == profile.username else f"  {profile.name}"
        head = spread(row((profile.username, "bold $cream"), (name, "$sand")), row(state), width)
        orders, is_slim = self._orders(details.orders), width < 2 * _ORDER
        trail = self._done(width if is_slim else width - _ORDER - _GAP)
        below = [*orders, row(), *trail] if is_slim else beside(orders, trail, _ORDER, _GAP)
        return [head, row(), *named_rows(self._facts(details), width), row(), *below]

    def _facts(self, details: UserDetails) -> list[tuple[str, str]]:
        profile, now = details.profile, self.mart.clock.now()
        roles = "kept by the issuer" if details.roles is None else ", ".join(details.roles) or "none"
        return [
            ("roles", roles),
            ("address", profile.email or "none"),
            ("last seen", day_words(profile.last_seen_at, now)),
            ("came", day_words(profile.created_at, now)),
            ("id", profile.id),
            ("signs in at", profile.issuer if details.roles is None else "this shop"),
        ]

    def _orders(self, orders: tuple[UserOrder, ...]) -> list[Content]:
        drawn = [row(("orders", "bold $cream"))]
        for each in orders[:_ORDERS]:
            money = self.mart.money(each.total).rjust(10)
            when = brief_words(each.placed_at, self.mart.clock.now())
            drawn.append(
                row(
                    (f"{when:<{_WHEN}}", "$dust"),
                    (f"{each.number:<10}", "$cream"),
                    (f"{each.status:<9}", "$sand"),
                    money,
                )
            )
        if len(orders) > _ORDERS:
            drawn.append(row((f"and {len(orders) - _ORDERS} more", "$dust")))
        return drawn if orders else [*drawn, row(("none yet", "$dust"))]

    def _done(self, width: int) -> list[Content]:
        drawn = [row(("trail", "bold $cream"))]
        if self._trail is None:
            return [*drawn, row(("you may not read the trail", "$dust"))]
        for each in self._trail:
            when = brief_words(each.at, self.mart.clock.now())
            change = " → ".join(part for part in (each.before, each.after) if part)
            told = row((f"{when:<{_WHEN}}", "$dust"), (each.action, "$sand"), (f"  by {each.actor}", "$dust"))
            whole = row(told, (f"  {change}", "$dust"))
            drawn += [whole] if whole.cell_length <= width else [told, *_below(change, width)]
        return drawn if self._trail else [*drawn, row(("nothing yet", "$dust"))]


def _below(words: str, width: int) -> list[Content]:
    return [row(" " * _WHEN, each) for each in prose(words, width - _WHEN, "$dust")]
