"""Every way for letters keeps the same promises."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from micromart_core.adapters.mail_folder import MailFolder
from micromart_core.adapters.mail_ports import mail_port_of
from micromart_core.errors import InvalidValue
from micromart_core.notifications.model import Letter, MailDelayed, MailRefused
from micromart_core.settings import MailSettings, Settings
from tests.conftest import go_without
from tests.mail_server import letters_in, mail_server

LETTER = Letter(
    message_id="<0123456789abcdef@shop.example>",
    sender="The Shöp <shop@shop.example>",
    to="ann@example.org",
    subject="Grüße, your order MM-7Q2K",
    text="Dear Zoë,\n\ncode: RJ62-K7QX-M3PD\n\n€ 19.00\n",
    html='<p style="color:#26211b">Dear Zoë, € 19.00</p>\n' + "<p>long</p>" * 300 + "\n",
    sent_at=datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
)


class Post:
    """A port, and where its letters arrive."""

    def __init__(self, settings: MailSettings, folder: Path) -> None:
        self.port = mail_port_of(Settings(mail=settings), folder, patience_seconds=5)
        self._folder = folder

    def arrived(self, message_id: str = LETTER.message_id):
        return [letter for letter in letters_in(self._folder) if letter["Message-ID"] == message_id]


WIDE = {ord("="): 0xFF1D, ord("?"): 0xFF1F}
"""Signs that mail's form of a domain turns into the plain ones."""


@pytest.fixture(params=["folder", "smtp", pytest.param("stack", marks=pytest.mark.servers)])
def post(request, tmp_path):
    if request.param == "folder":
        yield Post(MailSettings(), tmp_path / "outbox")
    elif request.param == "smtp":
        with mail_server(tmp_path / "mailbox") as server:
            yield Post(server.settings(), server.folder)
    else:
        url = os.environ.get("MICROMART_MAIL__URL", "")
        if not url.startswith("smtp"):
            go_without("mail server")
        yield Post(MailSettings(url=url), Path(os.environ["MICROMART_STACK_MAILBOX"]))


def a_letter(request, **changes) -> Letter:
    """A letter that no other test has sent: the stack's mailbox is everybody's."""
    return replace(LETTER, message_id=f"<{os.getpid()}.{abs(hash(request.node.name))}@shop.example>", **changes)


def test_a_letter_arrives_with_every_word(post, request):
    letter = a_letter(request)
    post.port.send(letter)
    post.port.close()

    (message,) = post.arrived(letter.message_id)
    assert message["From"] == LETTER.sender
    assert message["To"] == "ann@example.org"
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == LETTER.sent_at
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == LETTER.text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == LETTER.html


def test_a_code_can_be_read_in_the_file_itself(post, request):
    letter = a_letter(request)
    post.port.send(letter)
    post.port.close()

    (message,) = post.arrived(letter.message_id)
    assert "code: RJ62-K7QX-M3PD" in message.as_string().splitlines()


def test_long_lines_arrive_whole(post, request):
    letter = a_letter(request, text=f"{'x' * 5000}\n")
    post.port.send(letter)
    post.port.close()

    (message,) = post.arrived(letter.message_id)
    assert message.get_body(("plain",)).get_content().rstrip() == "x" * 5000


def test_the_same_letter_twice_is_known_as_one(post, request):
    letter = a_letter(request)
    post.port.send(letter)
    post.port.send(replace(letter, sent_at=datetime(2026, 11, 12, 9, 31, tzinfo=UTC)))
    post.port.close()

    assert len(post.arrived(letter.message_id)) in (1, 2)


def test_one_port_sends_many_letters_and_begins_anew_after_close(post, request):
    letters = [a_letter(request, subject=f"Letter {number}") for number in range(3)]
    letters = [replace(letter, message_id=f"<{n}{letter.message_id[1:]}") for n, letter in enumerate(letters)]
    post.port.send(letters[0])
    post.port.send(letters[1])
    post.port.close()
    post.port.close()
    post.port.send(letters[2])
    post.port.close()

    assert [post.arrived(letter.message_id)[0]["Subject"] for letter in letters] == ["Letter 0", "Letter 1", "Letter 2"]


@pytest.mark.parametrize("to", ["zoë@example.org", "ann@bücher.example", '"ann b"@example.org'])
def test_unusual_addresses_arrive(post, request, to):
    letter = a_letter(request, to=to)
    post.port.send(letter)
    post.port.close()

    (message,) = post.arrived(letter.message_id)
    arrived = message["To"].addresses[0].addr_spec.encode(errors="surrogateescape").decode()
    assert arrived == to.replace("bücher", "xn--bcher-kva")


@pytest.mark.parametrize(
    "to",
    [
        "nobody",
        "a@b\r\nBcc: eve@example.org",
        "@example.org",
        "",
        f"a@{'x' * 64}.org",
        "=?utf-8?q?=0D=0ABcc=3A_eve?=@example.org",
        "=?utf-8?q?=0D=0A=0D=0AYou_have_won?=@example.org",
        '"=\\?utf-8?q?=0ABcc=3A_eve?="@example.org',
        "=?utf-8?q?=0ABcc=3A_eve?= <ann@example.org>",
        "ann@=?utf-8?q?=0ABcc=3A_eve?=",
        "ann@=?utf-8?q?=0ABcc=3A_eve?=".translate(WIDE),
        "ann@=?utf-8?q?=0ABcc=3A_eve=20eve=40x=2Eorg?=".translate(WIDE),
    ],
)
def test_what_is_no_address_is_refused_for_good(post, to):
    with pytest.raises(MailRefused):
        post.port.send(replace(LETTER, to=to))
    post.port.close()


def test_no_subject_begins_a_header_of_somebody_elses(post, request):
    letter = a_letter(request, subject="Low: =?utf-8?q?=0D=0ABcc=3A_eve=40example.org?=")
    post.port.send(letter)
    post.port.close()

    (message,) = post.arrived(letter.message_id)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Low: = ?utf-8")


def test_a_sender_that_is_no_address_kills_no_letter(post):
    with pytest.raises(MailDelayed, match=r"mail\.sender"):
        post.port.send(replace(LETTER, sender="The Shop"))
    post.port.close()


@pytest.mark.parametrize("url", ["", "smtp://127.0.0.1:1"])
def test_when_nobody_takes_letters_they_are_delayed(tmp_path, url):
    (tmp_path / "file").write_text("a file, no folder")
    port = mail_port_of(Settings(mail=MailSettings(url=url)), tmp_path / "file" / "outbox", patience_seconds=5)

    with pytest.raises(MailDelayed):
        port.send(LETTER)
    port.close()


def test_a_folder_is_its_owners_alone_and_keeps_one_copy(tmp_path):
    folder = tmp_path / "outbox"
    port = mail_port_of(Settings(mail=MailSettings(url=f"maildir:{folder}")), tmp_path / "unused", patience_seconds=5)
    port.send(LETTER)
    (file,) = (folder / "new").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"\ncode: RJ62-K7QX-M3PD\n" in file.read_bytes()

    port.send(LETTER)
    file.rename(folder / "cur" / f"{file.name}:2,S")
    MailFolder(folder).send(LETTER)

    assert len(letters_in(folder)) == 1
    assert list((folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("url", ["imap://host", "smtp://", "smtps://host:99999", "smtp://host:x", "mail.example.org"])
def test_a_url_that_is_no_way_for_letters_is_refused(tmp_path, url):
    with pytest.raises(InvalidValue):
        mail_port_of(Settings(mail=MailSettings(url=url)), tmp_path, patience_seconds=5)
