"""A browser without a screen: it keeps cookies, sends forms and never leaves the place it was opened at."""

from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.identity.page import Form, Page

_PATIENCE = 30


class _SecureOnLoopback(DefaultCookiePolicy):
    """Keycloak marks its cookies Secure; like a browser, send such cookies to loopback without TLS."""

    def return_ok_secure(self, cookie, request) -> bool:
        return True


class _StayingHere(HTTPRedirectHandler):
    def __init__(self, origin: str) -> None:
        self._origin = origin

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        assert _origin_of(newurl) == self._origin, f"led away to {newurl}"
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Browser:
    def __init__(self, url: str) -> None:
        self._origin = _origin_of(url)
        cookies = HTTPCookieProcessor(CookieJar(_SecureOnLoopback()))
        self._opener = build_opener(cookies, _StayingHere(self._origin))

    def open(self, url: str, data: bytes | None = None) -> Page:
        """Show what lies there, be it an error."""
        assert _origin_of(url) == self._origin, f"led away to {url}"
        request = Request(url, data, {"Accept": "text/html", "Accept-Language": "en"})
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                return Page(answer.read().decode(), answer.url)
        except HTTPError as refusal:
            with refusal:
                return Page(refusal.read().decode(), refusal.url)

    def submit(self, form: Form, button: str = "", **values: str) -> Page:
        """Send a form with what was typed, by one of its buttons."""
        pressed = {button: form.buttons[button]} if button else {}
        sent = urlencode(form.fields | values | pressed)
        if form.method == "post":
            return self.open(form.action, sent.encode())
        return self.open(f"{form.action}?{sent}")


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
