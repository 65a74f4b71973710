"""A10: everybody who ever signed in: what they may do, when they were here, and whether they may come again."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from micromart_core.changes import Topic
from micromart_core.permissions import Role
from micromart_core.users.model import ListedUser, Profile, UserPage
from micromart_core.users.service_staff import list_users
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.people_keys import PeopleKeys
from micromart_tui.admin.person import PersonPage
from micromart_tui.admin.searching import SearchingScreen
from micromart_tui.rows import row
from micromart_tui.screen import MartScreen
from micromart_tui.when import brief_words
from micromart_tui.widgets.twin import command


class PeopleScreen(SearchingScreen[ListedUser], PeopleKeys):
    """People in the order they came."""

    place: ClassVar[str] = "desk/people"
    heading: ClassVar[str] = "people"
    hint: ClassVar[str] = "a name or an address"
    empty: ClassVar[str] = "nobody has signed in yet"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.USERS})
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", "open", key_display="↵")]

    @property
    def is_narrowed(self) -> bool:
        """True while somebody is searched for."""
        return bool(self.wanted)

    @property
    def someone(self) -> ListedUser | None:
        """The lit one."""
        return self.lit

    def columns(self) -> tuple[Column[ListedUser], ...]:
        """Return who it is, what they may do, and when they were here."""
        return (
            Column("name", 10, lambda each: (each.profile.username, "$cream"), gap=0, grows=True),
            Column("address", 18, lambda each: (each.profile.email or "", "$dust"), grows=True, least_room=84),
            Column("roles", 14, roles_of, grows=True, least_room=44),
            Column("seen", 8, lambda each: (brief_words(each.profile.last_seen_at, self.mart.clock.now()), "$dust")),
            Column("state", 9, lambda each: state_of(each.profile)),
        )

    def look_of(self, each: ListedUser) -> RowLook:
        """Light who is blocked in another colour."""
        return RowLook(each.profile.id, "rose" if each.profile.disabled else "ember")

    async def read_page(self, after: str | None, limit: int) -> UserPage:
        """Read who came first."""
        return await self.ask(list_users, after, limit, self.wanted or None)

    def summary(self) -> tuple[Content, Content]:
        """Tell how many there are as far as they were read, and of whom."""
        if not self.window.was_read:
            return row(), row()
        told = self.count_of("person", "people")
        return told, row((f"“{self.wanted}”", "bold $cream")) if self.wanted else row(
            ("in the order they came", "$dust")
        )

    @property
    def command_line(self) -> str:
        """What shows the lit one, or finds the same."""
        if self.lit is not None:
            return command("user", "show", self.lit.profile.username)
        return command("user", "list", *(["--search", self.wanted] if self.wanted else []))

    @property
    def not_found(self) -> str:
        """What is said where nobody is called so."""
        return f"nobody is called “{self.wanted}”"

    def page_of(self, each: ListedUser) -> MartScreen:
        """Show all that staff may see of a person."""
        return PersonPage(each)


def roles_of(user: ListedUser) -> tuple[str, str]:
    """Return what somebody may do here; that one may shop goes without saying where there is more."""
    if user.roles is None:
        return "kept by the issuer", "$dust"
    staff = [role for role in user.roles if role is not Role.SHOPPER]
    return (", ".join(staff), "$sand") if staff else (", ".join(user.roles), "$dust")


def state_of(profile: Profile) -> tuple[str, str]:
    """Return whether somebody may come in."""
    return ("○ blocked", "$rose") if profile.disabled else ("● active", "$leaf")
