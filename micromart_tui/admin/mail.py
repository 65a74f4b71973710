"""A8: the letters the shop wrote, what became of each, and what it says."""

import asyncio
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from micromart_core.changes import Topic
from micromart_core.errors import MicroMartError
from micromart_core.notifications.model import Mail, MailPage, MailStatus, MailWithText, Waiting
from micromart_core.notifications.service import count_waiting, list_mails, resend_mail, show_mail
from micromart_tui.admin.columns import Column, RowLook
from micromart_tui.admin.intent import Intent
from micromart_tui.admin.letter_rows import letter_rows
from micromart_tui.admin.listing import ListScreen
from micromart_tui.admin.order_rows import MAIL_TONES
from micromart_tui.rows import prose, row, spread
from micromart_tui.widgets.twin import command

FILTERS: dict[MailStatus | None, str] = {
    None: "all letters",
    MailStatus.QUEUED: "waiting",
    MailStatus.SENT: "sent",
    MailStatus.DEAD: "given up",
}
READ_AFTER = 0.12
"""Seconds the cursor rests on a letter before it is read: who hurries past asks for nothing."""


class MailScreen(ListScreen[Mail]):
    """Letters at the left, the lit one on a sheet at the right."""

    place: ClassVar[str] = "desk/mail"
    heading: ClassVar[str] = "mail"
    empty: ClassVar[str] = "no letters"
    topics: ClassVar[frozenset[Topic]] = frozenset({Topic.MAILS})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "resend", "send again"),
        Binding("enter", "source", "source", key_display="↵"),
        Binding("f", "filter", "filter"),
        Binding("space", "read_on", "read on"),
        Binding("escape", "close", "back to the list", key_display="esc", show=False),
    ]
    DEFAULT_CSS = """
    MailScreen #panes { height: 1fr; }
    MailScreen DeskTable { width: 1fr; }
    MailScreen #letter { width: 42; margin-left: 3; }
    MailScreen.-narrow #letter { width: 34; margin-left: 2; }
    MailScreen #to { height: 1; margin-bottom: 1; }
    MailScreen #paper { height: auto; max-height: 1fr; background: $sheet; padding: 1 3; scrollbar-size: 0 0; }
    MailScreen.-narrow #paper, MailScreen.-slim #paper { padding: 1 2; }
    MailScreen #wording { height: auto; }
    MailScreen.-slim #letter { display: none; width: 1fr; margin-left: 0; }
    MailScreen.-slim.-reading #letter { display: block; }
    MailScreen.-slim.-reading DeskTable { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._status: MailStatus | None = None
        self._waiting: Waiting | None = None
        self._letter: MailWithText | None = None
        self._refusal = ""
        self._is_source = False

    def compose_list(self) -> ComposeResult:
        """Yield the letters, and the sheet beside them."""
        with Horizontal(id="panes"):
            yield from super().compose_list()
            with Vertical(id="letter"):
                yield Static(id="to")
                with VerticalScroll(id="paper"):
                    yield Static(id="wording")

    def columns(self) -> tuple[Column[Mail], ...]:
        """Return what is said of a letter in the list."""
        return (
            Column("", 2, lambda mail: (MAIL_TONES[mail.status][0], MAIL_TONES[mail.status][2]), gap=0, most_room=45),
            Column("subject", 12, lambda mail: (mail.subject, "$cream"), gap=0, grows=True),
            Column("to", 20, lambda mail: (mail.to, "$dust"), least_room=72),
            Column("state", 9, _state_of, least_room=46),
            Column("tries", 5, _tries_of, is_number=True, least_room=46),
        )

    def look_of(self, each: Mail) -> RowLook:
        """Light a letter in the colour of its standing."""
        tone = MAIL_TONES[each.status][2].removeprefix("$")
        return RowLook(each.id, "ember" if each.status is MailStatus.SENT else tone)

    async def read_page(self, after: str | None, limit: int) -> MailPage:
        """Read the newest letters."""
        return await self.ask(list_mails, self._status, after, limit)

    async def read_around(self) -> None:
        """Read how many wait."""
        self._waiting = await self.ask(count_waiting)

    def summary(self) -> tuple[Content, Content]:
        """Tell how many wait and were given up, and which are shown."""
        if self._waiting is None:
            return row(), row()
        figures = ((self._waiting.queued, "waiting", "$honey"), (self._waiting.dead, "given up", "$rose"))
        told = [
            row((f"{number:,}", f"bold {tone if number else '$cream'}"), (f" {words}   ", "$dust"))
            for number, words, tone in figures
        ]
        return row(*told).rstrip(), row((FILTERS[self._status], "bold $cream" if self._status else "$dust"))

    @property
    def command_line(self) -> str:
        """What shows the lit letter, or lists what is shown."""
        if self.lit is not None:
            return command("mail", "show", self.lit.id)
        return command("mail", "list", *(["--status", self._status.value] if self._status else []))

    # --- the letter ---

    def show_lit(self) -> None:
        """Read the lit letter in a moment."""
        super().show_lit()
        if self.lit is None or self._letter is None or self._letter.id != self.lit.id:
            self._letter, self._refusal = None, ""
            self.read_letter()

    @work(exclusive=True, group="read-letter")
    async def read_letter(self) -> None:
        """Read what the lit letter says; one with a code in it is refused, and says so on its sheet."""
        self.draw_letter()
        mail = self.lit
        if mail is None:
            return
        await asyncio.sleep(READ_AFTER)
        try:
            self._letter = await self.ask(show_mail, mail.id)
        except MicroMartError as error:
            self._refusal = error.sentences
        self.draw_letter()

    def draw_letter(self) -> None:
        """Draw the letter on its sheet."""
        mail, paper = self.lit, self.query_one("#paper")
        paper.display = mail is not None
        to = self.query_one("#to", Static)
        to.update(row() if mail is None else _addressed(mail, to.size.width))
        width = max(12, paper.size.width)
        self.query_one("#wording", Static).update(Content("\n").join(self._drawn(mail, width)))
        self.call_after_refresh(self._note_length)

    def _note_length(self) -> None:
        for paper in self.query("#paper"):  # none while the page is being taken away
            self.keys_depend_on(paper.max_scroll_y > 0, bool(self._refusal), self.lit is None)

    def _drawn(self, mail: Mail | None, width: int) -> list[Content]:
        if mail is None:
            return []
        head = [*prose(mail.subject, width, "bold $pen"), row()]
        if self._letter is None:
            return [*head, *prose(self._refusal, width, "$pen")]
        told = [*prose(f"not sent: {mail.last_error}", width, "$stamp"), row()] if mail.last_error else []
        if self._is_source:
            return [*told, *head, *prose(self._letter.html.rstrip(), width, "$pen")]
        return [*told, *head, *letter_rows(self._letter.text.rstrip(), width)]

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.call_after_refresh(self.draw_letter)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the lit letter allows; leave escape to the app where no letter covers the list."""
        if action in {"resend", "source"} and self.lit is None:
            return False
        if action == "resend" and self._refusal:
            return False  # what may not be read here may not be sent from here
        if action == "read_on":
            return self.query_one("#paper").max_scroll_y > 0 if self.lit is not None else False
        if action == "close" and not self.has_class("-reading"):
            return False
        return super().check_action(action, parameters)

    def action_source(self) -> None:
        """Open the letter where it has no room of its own; show its words, or what they were made of."""
        if self.is_slim and not self.has_class("-reading"):
            self.add_class("-reading")
        else:
            self._is_source = not self._is_source
        self.refresh_bindings()
        self.call_after_refresh(self.draw_letter)

    def action_read_on(self) -> None:
        """Show what of the letter is further down, and after its end the beginning again."""
        paper = self.query_one("#paper")
        if paper.scroll_offset.y >= paper.max_scroll_y:
            paper.scroll_home(animate=False)
        else:
            paper.scroll_relative(y=max(1, paper.size.height - 1), animate=False)

    def action_close(self) -> None:
        """Go back to the list."""
        self.remove_class("-reading")
        self.refresh_bindings()

    def action_filter(self) -> None:
        """Show the next kind of letters only."""
        kinds = list(FILTERS)
        self._status = kinds[(kinds.index(self._status) + 1) % len(kinds)]
        self.show_around()
        self.start_anew()

    def action_resend(self) -> None:
        """Ask whether to send the lit letter again."""
        if self.lit is not None:
            self.open_question(send_again(self.lit))


def send_again(mail: Mail) -> Intent:
    """Return the sending of the same words as a new letter."""
    return Intent(
        asks=f"Send “{mail.subject}” again?",
        means=f"The same words go to {mail.to} as a new letter.",
        does="send it again",
        command=lambda _: command("mail", "resend", mail.id),
        act=lambda ask, _: ask(resend_mail, mail.id),
    )


def _addressed(mail: Mail, width: int) -> Content:
    return spread(row(("to ", "$dust"), (mail.to, "$sand")), row(_state_of(mail)), width)


def _state_of(mail: Mail) -> tuple[str, str]:
    dot, word, tone = MAIL_TONES[mail.status]
    return f"{dot} {word}", tone


def _tries_of(mail: Mail) -> tuple[str, str]:
    return (str(mail.attempts), "$sand") if mail.attempts > 1 else ("·", "$dust")
