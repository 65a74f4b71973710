"""A person before Keycloak's pages who types, presses buttons and reads letters; pages are known by their forms."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from deploy.stack.process import wait_until
from tests.identity.browser import Browser
from tests.identity.page import Page
from tests.mail_server import letters_in

PASSWORD = "copper kettle on the hob"
ANOTHER = "nine quiet herons, one boat"
_LETTER_SECONDS = 30
_NEWCOMERS = ("password-confirm", "email")
_NEW = ("password-new", "password-confirm")


@dataclass
class Person:
    """`page` is what they look at; each deed returns what they see then."""

    name: str
    mailbox: Path
    password: str = PASSWORD
    browser: Browser = field(init=False, repr=False)
    page: Page = field(init=False, repr=False)

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"

    def open(self, link: str) -> Page:
        """Open a link in a browser that was never used before."""
        self.browser = Browser(link)
        self.page = self.browser.open(link)
        return self.page

    def sign_in(self, password: str | None = None) -> Page:
        return self._send("username", "password", username=self.name, password=password or self.password)

    def approve(self) -> Page:
        return self._send("accept", "cancel", button="accept")

    def deny(self) -> Page:
        return self._send("accept", "cancel", button="cancel")

    def register(self, password: str | None = None) -> Page:
        """Follow the link to the form for newcomers, unless they are there, and fill it in."""
        if not self.sees(*_NEWCOMERS):
            self._follow("/registration")
        chosen = password or self.password
        typed = {"username": self.name, "email": self.email, "firstName": "Ann", "lastName": "Example"}
        return self._send(*_NEWCOMERS, password=chosen, **{"password-confirm": chosen}, **typed)

    def forget_password(self) -> Page:
        """Ask for the letter with which a new password can be chosen."""
        self._follow("/reset-credentials")
        return self._send("username", username=self.name)

    def choose_password(self, password: str) -> Page:
        return self._send(*_NEW, **dict.fromkeys(_NEW, password))

    def choose_password_and_sign_out_elsewhere(self, password: str) -> Page:
        """Tick what Keycloak leaves open by itself."""
        return self._send(*_NEW, **dict.fromkeys(_NEW, password), **{"logout-sessions": "on"})

    def follow_letter(self, after: int = 0) -> Page:
        """Open, in the same browser, the link of the newest letter; `after` is how many had come before."""
        self.page = self.browser.open(self.link_in_letter(after))
        return self.page

    def link_in_letter(self, after: int = 0) -> str:
        assert wait_until(lambda: len(self.letters()) > after, _LETTER_SECONDS), "no letter came"
        text = self.letters()[-1].get_body(("plain",)).get_content()
        return re.search(r"http://\S+", text).group()

    def letters(self) -> list[EmailMessage]:
        """Every letter to this person, the oldest first."""
        own = [letter for letter in letters_in(self.mailbox) if self.email in letter["X-Envelope-To"]]
        return sorted(own, key=lambda letter: letter["Date"].datetime)

    def sees(self, *names: str) -> bool:
        """Whether there is a form with these fields or buttons before them."""
        return self.page.form_with(*names) is not None

    def _follow(self, part: str) -> None:
        link = self.page.link_with(part)
        assert link, f"no link to {part}: {self.page.text}"
        self.page = self.browser.open(link)

    def _send(self, *names: str, button: str = "", **values: str) -> Page:
        form = self.page.form_with(*names)
        assert form, f"no form with {names}: {self.page.text}"
        self.page = self.browser.submit(form, button, **values)
        return self.page
