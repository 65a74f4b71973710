"""The storefront in OpenSSH's own client, on a real terminal."""

import subprocess
import time

import pexpect
import pyte
import pytest

from tests.stack_servers import program_of

WIDTH, HEIGHT, PATIENCE = 100, 30, 30


@pytest.fixture
def words(service, tmp_path):
    """The words that begin a command line of a client without keys and without settings of its own."""
    options = (
        "StrictHostKeyChecking=no",
        f"UserKnownHostsFile={tmp_path}/known",
        "IdentitiesOnly=yes",
    )
    given = [word for option in options for word in ("-o", option)]
    ssh = program_of("openssh-client", "ssh")
    return [ssh, "-F", "none", "-i", "none", "-p", str(service.port), *given]


class Terminal:
    def __init__(self, words: list[str]) -> None:
        environment = {"TERM": "xterm-256color", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
        self.child = pexpect.spawn(words[0], words[1:], dimensions=(HEIGHT, WIDTH), env=environment)
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def sees(self, words: str) -> None:
        ends = time.monotonic() + PATIENCE
        while words not in self.text:
            assert time.monotonic() < ends, f"“{words}” is not on the screen:\n{self.text}"
            try:
                self._stream.feed(self.child.read_nonblocking(65536, timeout=1))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                assert words in self.text, self.text

    def ends(self) -> int:
        self.child.expect(pexpect.EOF, timeout=PATIENCE)
        self.child.close()
        return self.child.exitstatus


def test_who_has_no_key_is_asked_nothing_and_walks_in(words):
    terminal = Terminal([*words, "anybody@127.0.0.1"])
    terminal.sees("Null Mug")
    terminal.child.setwinsize(24, 80)
    terminal.child.send("c")
    terminal.sees("Nothing here yet.")
    terminal.child.send("q")
    assert terminal.ends() == 0


def test_one_word_opens_a_page(words):
    terminal = Terminal([*words, "-t", "guest@127.0.0.1", "cart"])
    terminal.sees("Nothing here yet.")
    terminal.child.send("\x03")
    assert terminal.ends() == 0


def test_compressed_it_is_the_same_shop(words):
    terminal = Terminal([*words, "-C", "guest@127.0.0.1"])
    terminal.sees("Null Mug")
    terminal.child.send("q")
    assert terminal.ends() == 0


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        (["guest@127.0.0.1", "id"], 2, "it needs a terminal"),
        (["guest@127.0.0.1"], 2, "it needs a terminal"),
        (["-tt", "guest@127.0.0.1", "ls", "-la"], 2, "Nothing is run here"),
        (["-s", "guest@127.0.0.1", "sftp"], 4, "There are no files here"),
        (["-W", "127.0.0.1:22", "guest@127.0.0.1"], 255, "it forwards nothing"),
        (["-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:22", "guest@127.0.0.1"], 255, "forwarding failed"),
    ],
)
def test_what_is_not_done_here_is_told_by_the_client(words, more, status, told):
    done = subprocess.run(
        [*words, *more], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, told in done.stdout + done.stderr) == (status, True), done


@pytest.mark.parametrize("tool", ["sftp", "scp"])
def test_sftp_and_scp_find_no_files(service, tmp_path, tool):
    asked = [program_of("openssh-client", tool), "-F", "none", "-P", str(service.port)]
    asked += ["-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={tmp_path}/known"]
    asked += ["guest@127.0.0.1:/etc/passwd", str(tmp_path / "got")]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode != 0
    assert "There are no files here" in done.stderr
    assert not (tmp_path / "got").exists()
