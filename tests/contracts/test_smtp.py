"""What a mail server says, or does not say, is understood."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial

import pytest
from aiosmtpd.smtp import AuthResult
from msgspec.structs import replace

from micromart_core.adapters.mail_ports import greet_mail_server
from micromart_core.adapters.smtp import SmtpMail, SmtpServer, server_of
from micromart_core.errors import InvalidValue
from micromart_core.notifications.model import MailDelayed, MailRefused
from micromart_core.settings import MailSettings
from tests.contracts.test_mail_port import LETTER
from tests.mail_server import mail_server

PATIENT = {"timeout_seconds": 5, "patience_seconds": 5}


@pytest.fixture
def server(tmp_path):
    with mail_server(tmp_path / "mailbox") as server:
        yield server


@pytest.fixture
def port(server):
    port = SmtpMail(server_of(server.settings()), timeout_seconds=5, patience_seconds=5)
    yield port
    port.close()


def to(reader: str):
    return replace(LETTER, to=reader, message_id=f"<{reader}>")


def test_a_reader_refused_for_good_does_not_hinder_the_next(server, port):
    with pytest.raises(MailRefused, match=r"550 5\.1\.1 No such user"):
        port.send(to("perm@example.org"))
    port.send(to("ann@example.org"))

    assert [letter["To"] for letter in server.letters()] == ["ann@example.org"]


def test_a_greylisted_reader_is_a_delay(server, port):
    for _ in range(2):
        with pytest.raises(MailDelayed, match=r"451 4\.7\.1"):
            port.send(to("grey@example.org"))
    port.send(to("grey@example.org"))

    assert len(server.letters()) == 1


def test_a_line_cut_after_the_letter_is_a_delay_and_the_copy_is_known(server, port):
    for _ in range(2):
        with pytest.raises(MailDelayed):
            port.send(to("cut@example.org"))
    port.send(to("ann@example.org"))

    assert [letter["Message-ID"] for letter in server.letters()].count("<cut@example.org>") == 2


def test_a_slow_server_is_left_in_time(server):
    port = SmtpMail(server_of(server.settings()), timeout_seconds=0.5, patience_seconds=5)
    began = time.monotonic()
    with pytest.raises(MailDelayed):
        port.send(to("slow@example.org"))
    port.close()

    assert time.monotonic() - began < 2


@pytest.mark.slow
def test_a_slow_answer_is_waited_for_however_hurried_the_greeting(server):
    port = SmtpMail(server_of(server.settings()), timeout_seconds=10, patience_seconds=0.5)
    port.send(to("slow@example.org"))
    port.close()

    assert [letter["To"] for letter in server.letters()] == ["slow@example.org"]


def test_a_server_that_lets_nobody_in_is_left_soon():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = SmtpMail(_at(silent), timeout_seconds=10, patience_seconds=0.3)
        began = time.monotonic()
        with pytest.raises(MailDelayed, match="timed out"):
            port.send(LETTER)
        assert time.monotonic() - began < 2


def _at(listening: socket.socket) -> SmtpServer:
    return SmtpServer("127.0.0.1", listening.getsockname()[1], tls=False, user=None, password=None)


def test_a_server_that_answers_drop_by_drop_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_drip, args=[listening], daemon=True).start()
        port = SmtpMail(_at(listening), timeout_seconds=1, patience_seconds=5)
        began = time.monotonic()
        with pytest.raises(MailDelayed):
            port.send(LETTER)
        assert time.monotonic() - began < 3


def _drip(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.sendall(b"220 here\r\n")
        try:
            while True:
                time.sleep(0.2)
                connection.sendall(b"2")
        except OSError:
            return


def babbler(answers: dict[bytes, bytes]) -> int:
    """Begin a server that answers by the first four letters of what it hears, for one conversation; return its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_babble, args=(listening, answers), daemon=True).start()
    return listening.getsockname()[1]


def _babble(listening: socket.socket, answers: dict[bytes, bytes]) -> None:
    with suppress(OSError), listening, listening.accept()[0] as line, line.makefile("rb") as heard:
        line.sendall(b"220 here\r\n")
        for command in heard:
            word = command[:4].strip()
            line.sendall(answers.get(word, b"250 yes\r\n"))
            if word == b"data":
                deque(iter(partial(next, heard), b".\r\n"), maxlen=0)
                line.sendall(answers[b"."])


@pytest.mark.parametrize("way", [b"CRAM-MD5", b"PLAIN"])
def test_a_riddle_at_the_sign_in_that_nobody_can_read_is_a_delay(way):
    number = babbler({b"ehlo": b"250-here\r\n250 AUTH " + way + b"\r\n", b"AUTH": b"334 x\r\n"})
    port = SmtpMail(SmtpServer("127.0.0.1", number, tls=False, user="ann", password="x"), **PATIENT)
    with pytest.raises(MailDelayed, match="base64"):
        port.send(LETTER)
    port.close()


@pytest.mark.parametrize("answer", [b"999 what", b"600 what", b"-50 what", b"what"])
def test_an_answer_that_is_none_of_smtp_kills_no_letter(answer):
    number = babbler({b"data": b"354 go on\r\n", b".": answer + b"\r\n"})
    port = SmtpMail(SmtpServer("127.0.0.1", number, tls=False, user=None, password=None), **PATIENT)
    with pytest.raises(MailDelayed):
        port.send(LETTER)
    port.close()


def test_a_server_that_forgot_the_connection_is_greeted_anew(server, port):
    port.send(to("ann@example.org"))
    server.down()
    server.up()
    port.send(to("bob@example.org"))

    assert len(server.letters()) == 2


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """A certificate for 127.0.0.1 that this process trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*request, *files, *subject], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _knows_shop(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"sh op", b"p@ss word"), handled=False)


@pytest.fixture
def strict(tmp_path, tls):
    """A server that wants STARTTLS and a password."""
    options = {"tls_context": tls, "require_starttls": True, "authenticator": _knows_shop, "auth_required": True}
    with mail_server(tmp_path / "strict", **options) as server:
        yield server


def _signed_in(server, secret: str) -> MailSettings:
    return MailSettings(url=f"smtp://sh%20op:{secret}@127.0.0.1:{server.port}")


def test_a_password_is_sent_under_tls(strict, tmp_path):
    (tmp_path / "password").write_text("p@ss word\n")
    in_file = MailSettings(url=f"smtp://sh%20op@127.0.0.1:{strict.port}", password_file=str(tmp_path / "password"))
    for settings in (_signed_in(strict, "p%40ss%20word"), in_file):
        port = SmtpMail(server_of(settings), timeout_seconds=5, patience_seconds=5)
        port.send(LETTER)
        port.close()

    assert len(strict.letters()) == 2


def test_a_wrong_password_delays_and_kills_no_letter(strict):
    port = SmtpMail(server_of(_signed_in(strict, "wrong")), timeout_seconds=5, patience_seconds=5)
    with pytest.raises(MailDelayed, match="535"):
        port.send(LETTER)
    port.close()


def test_whoever_only_greets_is_told_how_that_went_and_sends_nothing(strict, server):
    told = greet_mail_server(_signed_in(strict, "p%40ss%20word"), patience_seconds=5)
    assert told == "by TLS, signed in as sh op"
    assert greet_mail_server(server.settings(), patience_seconds=5) == "without TLS"
    with pytest.raises(MailDelayed, match="535"):
        greet_mail_server(_signed_in(strict, "wrong"), patience_seconds=5)

    assert strict.letters() == server.letters() == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(strict, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    port = SmtpMail(server_of(strict.settings()), timeout_seconds=5, patience_seconds=5)
    with pytest.raises(MailDelayed, match="CERTIFICATE_VERIFY_FAILED"):
        port.send(LETTER)
    port.close()


def test_a_password_is_never_shown_nor_sent_in_the_clear(server, monkeypatch):
    settings = MailSettings(url=f"smtp://shop:hunter2@localhost.localdomain:{server.port}")
    assert "hunter2" not in repr(server_of(settings))
    known = socket.getaddrinfo("127.0.0.1", server.port, 0, socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: known)
    port = SmtpMail(server_of(settings), timeout_seconds=5, patience_seconds=5)
    for _ in range(3):  # the line that offered none is not kept, and never used without signing in
        with pytest.raises(MailDelayed, match="no TLS"):
            port.send(LETTER)
    port.close()
    assert server.letters() == []


def test_whose_address_a_server_cannot_write_decides_what_becomes_of_the_letter(tmp_path):
    with mail_server(tmp_path / "plain", enable_SMTPUTF8=False) as server:
        port = SmtpMail(server_of(server.settings()), timeout_seconds=5, patience_seconds=5)
        with pytest.raises(MailRefused, match="not ASCII"):
            port.send(to("zoë@example.org"))
        with pytest.raises(MailDelayed, match="not ASCII"):  # ours: mended, it leaves
            port.send(replace(LETTER, sender="käufer@shop.example"))
        port.send(LETTER)
        port.close()
        assert len(server.letters()) == 1


def test_the_usual_ports_are_known():
    urls = ("smtp://host", "smtp://me@host", "smtps://host", "smtp://host:2525")
    assert [server_of(MailSettings(url=url)).port for url in urls] == [25, 587, 465, 2525]


def test_a_password_file_that_is_gone_is_a_sentence(tmp_path):
    with pytest.raises(InvalidValue, match="password_file"):
        server_of(MailSettings(url="smtp://me@host", password_file=str(tmp_path / "gone")))


def test_a_password_file_that_is_none_is_a_sentence_and_nobody_waits(tmp_path):
    pipe, letters, public = tmp_path / "pipe", tmp_path / "letters", tmp_path / "public"
    os.mkfifo(pipe)
    letters.write_bytes("grün".encode("latin-1"))
    public.write_text("hunter2")
    public.chmod(0o666)
    for file, why in ((pipe, "no regular file"), (letters, "UTF-8"), (public, "anybody on this machine")):
        with pytest.raises(InvalidValue) as refused:
            server_of(MailSettings(url="smtp://me@host", password_file=str(file)))
        assert why in refused.value.why
        assert "hunter2" not in str(vars(refused.value))


def test_a_password_that_smtp_cannot_carry_is_a_sentence():
    with pytest.raises(InvalidValue, match="ASCII"):
        server_of(MailSettings(url="smtp://me:gr%C3%BCn@host"))
