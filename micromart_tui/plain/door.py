"""Signing in and out in lines: the accounts of the shop's own by questions, an issuer's by a link and a code."""

import threading

from micromart_core.authentication.model import WeakPassword
from micromart_core.authentication.passwords import SHORTEST
from micromart_tui.plain.desk import Desk
from micromart_tui.plain.sentences import refusal_words, time_left
from micromart_tui.sign_in import Entered, IssuerDoor, LocalDoor


class Door:
    """The way in and out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def is_signed_in(self) -> bool:
        """True when somebody is."""
        return self._desk.sign_in is not None and self._desk.sign_in.status().signed_in

    def sign_in(self, _: str = "") -> None:
        """Sign in, register or recover a password."""
        self.come_in(in_checkout=False)

    def come_in(self, *, in_checkout: bool) -> bool:
        """Let the person sign in; False when they did not."""
        sign_in = self._desk.sign_in
        entered = None
        if sign_in is None:
            self._desk.say("Nobody can sign in here. Say: micromart auth login, outside of the shop.")
        elif sign_in.issuer is not None:
            entered = self._by_link(sign_in.issuer, in_checkout=in_checkout)
        elif sign_in.local is not None:
            entered = self._by_questions(sign_in.local, in_checkout=in_checkout)
        if entered is not None:
            self._desk.say(f"Signed in as {entered.session.user}. What your cart held came along.")
        return entered is not None

    def sign_out(self, _: str = "") -> None:
        """Sign out."""
        left = self._desk.sign_in.sign_out() if self._desk.sign_in else None
        if left is None:
            self._desk.say("Nobody is signed in.")
            return
        who, everywhere = left
        self._desk.say(f"{who} is signed out." + ("" if everywhere else " The issuer could not be told."))

    def _by_link(self, door: IssuerDoor, *, in_checkout: bool) -> Entered | None:
        code = door.begin()
        self._desk.say(f"Open {code.page} on any device and type the code {' '.join(code.user_code)}.")
        self._desk.say(f"Or open {code.link}. Only approve it if you started this just now, in this terminal.")
        self._desk.say(f"Waiting for {time_left(code.seconds)}. Control and C together stop it.")
        cancelled = threading.Event()
        try:
            return door.wait(code, cancelled, in_checkout=in_checkout)
        except KeyboardInterrupt:
            cancelled.set()
            self._desk.say("Not signed in.")
            return None

    def _by_questions(self, door: LocalDoor, *, in_checkout: bool) -> Entered | None:
        answer = self._desk.ask("Sign in, new here, or forgot the password? Say 1, 2 or 3; nothing leaves.")
        ways = {"1": self._known, "2": self._new, "3": self._forgot}
        way = ways.get(answer)
        return way(door, in_checkout) if way else None

    def _known(self, door: LocalDoor, in_checkout: bool) -> Entered | None:  # noqa: FBT001 one of three ways
        name = self._desk.ask("User name?")
        password = self._desk.lines.ask_secret("Password?")
        return door.sign_in(name, password, in_checkout=in_checkout) if name and password else None

    def _new(self, door: LocalDoor, in_checkout: bool) -> Entered | None:  # noqa: FBT001 one of three ways
        name, email = self._desk.ask("A user name?"), self._desk.ask("Your e-mail address?")
        if not (name and email):
            return None
        while True:
            password = self._desk.lines.ask_secret(f"A password of {SHORTEST} signs or more?")
            try:
                code = door.register(name, email, password)
            except WeakPassword as weak:
                self._desk.say(refusal_words(weak))
            else:
                break
        self._desk.say(f"The letter with your code says: {code}" if code else f"A letter with a code goes to {email}.")
        door.verify(self._desk.ask("The code?"))
        return door.sign_in(name, password, in_checkout=in_checkout)

    def _forgot(self, door: LocalDoor, in_checkout: bool) -> Entered | None:  # noqa: FBT001 one of three ways
        email = self._desk.ask("Your e-mail address?")
        if not email:
            return None
        door.recover(email)
        self._desk.say(f"If somebody has {email}, a letter with a code is on its way.")
        code = self._desk.ask("The code?")
        password = self._desk.lines.ask_secret(f"A new password of {SHORTEST} signs or more?")
        return door.sign_in(door.reset(code, password), password, in_checkout=in_checkout)
