"""What a headless person sees of a page: its forms, its links and its words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_UNSEEN = ("script", "style", "title")


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    def __init__(self, html: str, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._words: list[str] = []
        self._inside = ""
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def form_with(self, *names: str) -> Form | None:
        """The first form that has all of these fields or buttons."""
        return next((form for form in self.forms if set(names) <= form.fields.keys() | form.buttons.keys()), None)

    def link_with(self, part: str) -> str | None:
        return next((link for link in self.links if part in link), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._inside = tag
        elif tag == "form":
            self.forms.append(Form(urljoin(self.url, told.get("action", "")), told.get("method", "get").lower()))
        elif tag == "a" and "href" in told:
            self.links.append(urljoin(self.url, told["href"]))
        elif self.forms and told.get("name"):
            self._add_field(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._words.append(data)

    def _add_field(self, tag: str, told: dict[str, str]) -> None:
        kind, form = told.get("type"), self.forms[-1]
        if tag == "button" or kind == "submit":
            form.buttons[told["name"]] = told.get("value", "")
        elif kind not in ("checkbox", "radio") or "checked" in told:
            form.fields[told["name"]] = told.get("value", "")
