"""The private servers themselves: a second stack beside the one that the other tests use."""

import mailbox
import os
import shlex
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.servers


class Stack:
    """The command line of one stack under a folder of its own, or of some of its servers."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.names = names

    def begin(self, command: str, *names: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "deploy.stack", command, "--folder", str(self.folder), *names]
        return subprocess.Popen(line, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, command: str, *names: str, code: int = 0) -> str:
        process = self.begin(command, *names)
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, err
        return out

    def up(self) -> None:
        self.run("start" if self.names else "up", *self.names)

    def settings(self) -> dict[str, str]:
        return dict(shlex.split(line)[0].split("=", 1) for line in self.run("env", *self.names).splitlines())

    def pid_of(self, server: str) -> int:
        return int((self.folder / f"{server}.pid").read_text().split()[0])

    def ask(self, question: str) -> list[object]:
        url = self.settings()["MICROMART_DATABASE__URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            answer = connection.execute(question.encode())
            return [row[0] for row in answer] if answer.description else []

    def post(self, to: str) -> None:
        letter = EmailMessage()
        letter["To"], letter["From"], letter["Subject"] = to, "shop@micromart.invalid", "Your order"
        letter.set_content("Thank you.")
        port = self.settings()["MICROMART_MAIL__URL"].rpartition(":")[2]
        with smtplib.SMTP("127.0.0.1", int(port), timeout=20) as post:
            post.send_message(letter)

    def letters(self) -> list[str]:
        box = mailbox.Maildir(self.settings()["MICROMART_STACK_MAILBOX"])
        return sorted(letter["To"] for letter in box)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path / "stack", "postgresql", "mail")
    stack.up()
    yield stack
    stack.run("remove")


def test_the_database_answers_and_survives_kill_9(stack: Stack) -> None:
    stack.ask("CREATE TABLE kept (n) AS VALUES (7)")

    os.kill(stack.pid_of("postgresql"), 9)
    stack.up()

    assert stack.ask("SELECT n FROM kept") == [7]


def test_up_twice_at_once_starts_one_stack(stack: Stack) -> None:
    pids = stack.pid_of("postgresql"), stack.pid_of("mail")
    both = [stack.begin("start", *stack.names), stack.begin("start", *stack.names)]

    for process in both:
        process.communicate(timeout=60)

    assert [process.returncode for process in both] == [0, 0]
    assert (stack.pid_of("postgresql"), stack.pid_of("mail")) == pids


def test_the_database_asks_for_this_checkouts_password(stack: Stack) -> None:
    address = stack.settings()["MICROMART_DATABASE__URL"].rpartition("@")[2]

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://micromart:guess@{address}")


def test_letters_land_in_the_mailbox_and_fault_addresses_fail(stack: Stack) -> None:
    stack.post("ann@example.org")
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="451"):
            stack.post("grey@example.org")
    stack.post("grey@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        stack.post("perm@example.org")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        stack.post("cut@example.org")

    assert stack.letters() == ["ann@example.org", "cut@example.org", "grey@example.org"]


def test_down_leaves_no_process_and_up_finds_the_data_again(stack: Stack) -> None:
    stack.ask("CREATE TABLE kept (n) AS VALUES (7)")
    pids = [stack.pid_of("postgresql"), stack.pid_of("mail"), *stack.ask("SELECT pid FROM pg_stat_activity")]
    stack.run("down")

    assert [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()] == []
    assert stack.run("status", *stack.names, code=1).count("down") == 2

    stack.up()
    assert stack.ask("SELECT n FROM kept") == [7]
