"""A page of the desk that asks before it does something, and does it once."""

from functools import partial

from textual import on, work
from textual.events import Key

from micromart_core.errors import MicroMartError, Unavailable
from micromart_tui.admin.desk import DeskScreen
from micromart_tui.admin.intent import Intent
from micromart_tui.admin.question import Question
from micromart_tui.widgets.twin import Twin

RESTS_FOR = 0.4
"""Seconds after an answer in which enter does nothing: pressed twice on a question, it was meant for that."""


class AskingScreen(DeskScreen):
    """Keeps the one open question; while it is open, the keys of the page rest."""

    _is_just_answered = False

    @property
    def question(self) -> Question | None:
        """The open question."""
        found = self.query(Question)
        return found.first() if found else None

    def open_question(self, intent: Intent) -> None:
        """Ask before something is done."""
        if self.question is None:
            question = Question(intent)
            self.query_one("#stage").mount(question, before=self.query_one(Twin))
            self.set_focus(question)  # at once: what is typed right behind the key is meant for it
            self.call_after_refresh(self.question_moved)

    def question_moved(self) -> None:
        """Make the page fit what is left of it, and show the command of what is about to be done."""
        self.set_class(self.question is not None, "-asking")
        self.show_command()
        self.refresh_bindings()

    def show_command(self) -> None:
        """Show the command of the open question, else the page's own."""
        question = self.question if self.is_mounted else None
        if question is None:
            super().show_command()
        else:
            self.say_command(question.intent.command(question.answer))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the page's own keys rest while a question is open."""
        if self.question is not None and action not in {"copy_line", "retry"}:
            return False
        return super().check_action(action, parameters)

    @on(Question.Changed)
    def _answer_changed(self) -> None:
        self.show_command()

    @on(Question.Answered)
    def _answered(self, message: Question.Answered) -> None:
        self.do(message.question)

    @work(group="do")
    async def do(self, question: Question) -> None:
        """Do what was asked for: a refusal is told, a shop that does not answer may be asked again."""
        try:
            await question.intent.act(partial(self.mart.ask_once, question.key), question.answer.strip())
        except Unavailable as error:
            question.refuse(error.message)
            return
        except MicroMartError as error:
            self.mart.tell_error(error)
        await self.close_question()
        self._rest_a_moment()
        self.renew()
        self.post()

    @work(group="post")
    async def post(self) -> None:
        """Let letters that this led to leave, as behind a verb's answer: where no daemon runs, nobody else does."""
        await self.mart.counter.send_letters()

    def _rest_a_moment(self) -> None:
        self._is_just_answered = True
        self.set_timer(RESTS_FOR, self._rested)

    def _rested(self) -> None:
        self._is_just_answered = False

    def on_key(self, event: Key) -> None:
        """Leave out an enter that comes right behind the one that answered."""
        if event.key == "enter" and self._is_just_answered and self.question is None:
            event.stop()

    def take_late(self, event: Key) -> None:
        """Give it to the question that has opened meanwhile."""
        if self.question is not None:
            self.question.take_in(event)

    @on(Question.Left)
    async def close_question(self) -> None:
        """Take the question away."""
        await self.query(Question).remove()
        self.question_moved()
