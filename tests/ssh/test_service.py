"""The service itself: its host key, its end, and sessions that break, stall or flood without touching another."""

import asyncio
import stat
import subprocess
import sys

import asyncssh
import pytest

from micromart_daemon.ssh.host_key import host_key_of
from micromart_daemon.ssh.serving import SshService, listening
from tests.served import ROOT
from tests.ssh.conftest import SshProcess

pytestmark = pytest.mark.anyio
SSH_MSG_IGNORE = 2


async def test_the_host_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first = SshProcess(tmp_path)
    first.stop()
    file = first.home / "state" / "ssh-host-key"
    made, log = file.read_bytes(), first.log.read_bytes()
    second = SshProcess(tmp_path)
    try:
        async with second.connected(known_hosts=([asyncssh.import_private_key(made).convert_to_public()], [], [])):
            pass
    finally:
        second.stop()

    assert file.read_bytes() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.splitlines()[1] not in log


@pytest.mark.parametrize(
    ("body", "mode", "told"), [(b"no key", 0o600, "cannot be used"), (None, 0o644, "others may use")]
)
def test_a_host_key_that_others_may_read_or_that_is_none_is_refused(tmp_path, body, mode, told):
    file = tmp_path / "key"
    file.write_bytes(body or asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    file.chmod(mode)
    tmp_path.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-m", "micromart_daemon.main", "ssh", "--listen", "127.0.0.1:0"],
        env={"MICROMART_HOME": str(tmp_path / "home"), "MICROMART_SSH__HOST_KEY_FILE": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


async def test_it_stops_in_good_order_and_tells_who_is_in_it(start):
    service = start()
    async with service.connected() as guest, service.window(guest) as window:
        await window.sees("Null Mug")
        stopped = asyncio.ensure_future(asyncio.to_thread(service.stop))
        assert await window.ends() == 0
        assert "The shop closes here for a moment" in window.text
        assert await stopped == 0

    assert "Traceback" not in service.log.read_text()


async def test_a_signal_that_comes_before_it_answers_ends_it_as_well(shop, home, tmp_path):
    service = SshService(shop.shop, home, host_key_of(tmp_path / "key"), listening("127.0.0.1:0"))
    service.stop()

    async with asyncio.timeout(10):
        await service.run()

    assert service.ended_well


async def test_a_session_that_breaks_is_one_sentence_and_touches_no_other(start):
    service = start("tests.ssh.breaking")
    async with service.connected() as ann, service.window(ann) as anns:
        await anns.sees("Null Mug")
        async with service.connected() as bob, service.window(bob) as bobs:
            await bobs.sees("Null Mug")
            bobs.press("?")
            assert await bobs.ends() == 1
            assert "This is a mistake in MicroMart itself." in bobs.text
            assert "planted" not in bobs.text
            assert "File" not in bobs.text
        anns.press("c")
        await anns.sees("Nothing here yet.")

    log = service.log.read_text()
    assert "a planted bug" in log
    assert "hunter2" not in log


def takes_nothing_by_ssh(window) -> None:
    window.process.stdout.channel.pause_reading()


def takes_all_by_ssh(window) -> None:
    window.process.stdout.channel.resume_reading()


def takes_nothing_by_tcp(window) -> None:
    window.process.get_extra_info("connection")._transport.pause_reading()


def takes_all_by_tcp(window) -> None:
    window.process.get_extra_info("connection")._transport.resume_reading()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stops", "goes_on"), [(takes_nothing_by_ssh, takes_all_by_ssh), (takes_nothing_by_tcp, takes_all_by_tcp)]
)
async def test_who_takes_nothing_gets_fewer_frames_and_then_the_whole_page(service, stops, goes_on):
    small = {"window": 32 * 1024, "env": {"COLORTERM": "truecolor"}, "size": (200, 60)}
    async with service.connected() as slow, service.window(slow, **small) as window:
        await window.sees("Null Mug")
        before = len(window.came)
        for key, words in (("c", "Nothing here yet."), ("s", "Null Mug")) * 3:
            window.press(key)
            await window.sees(words)
        one_page = (len(window.came) - before) / 6
        stops(window)
        for key in "cs" * 40 + "ccc":  # a key that meets a page on its way out is lost
            window.press(key)
            await asyncio.sleep(0.2)
        before = len(window.came)
        whole = await page_of_cart(service, **small)
        goes_on(window)
        await window.shows(whole)

    assert len(window.came) - before < 30 * one_page


async def page_of_cart(service, **options) -> str:
    """What an empty cart looks like to somebody who takes everything."""
    async with service.connected() as other, service.window(other, "cart", **options) as window:
        await window.sees("q quit")
        await window.sees("Nothing here yet.")
        await window.rests()
        return window.text


async def test_a_flood_of_keys_stalls_nobody_else(start):
    service = start()
    async with service.connected() as flood, service.window(flood) as window:
        await window.sees("Null Mug")
        window.press("j" * 500_000)
        async with service.connected() as other, service.window(other, "cart") as quick:
            await quick.sees("Nothing here yet.")


async def test_a_packet_that_unpacks_to_a_bomb_ends_its_connection_only(start):
    service = start()
    async with service.connected() as other, service.window(other) as quick:
        await quick.sees("Null Mug")
        async with service.connected(compression_algs=["zlib@openssh.com"]) as bomber:
            bomber.send_packet(SSH_MSG_IGNORE, b"\0\x7f\xff\xff" + bytes(8_000_000))
            await bomber.wait_closed()
        quick.press("c")
        await quick.sees("Nothing here yet.")


def test_where_the_extra_is_missing_it_says_how_to_install_it(tmp_path):
    (tmp_path / "asyncssh.py").write_text("raise ModuleNotFoundError(\"No module named 'asyncssh'\", name='asyncssh')")
    done = subprocess.run(
        [sys.executable, "-m", "micromart_daemon.main", "ssh"],
        env={"MICROMART_HOME": str(tmp_path / "home"), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "pip install 'micromart[ssh]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_that_cannot_begin_says_so_in_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.ssh.not_starting", "ssh", "--listen", "127.0.0.1:0"],
        env={"MICROMART_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "error: This is a mistake in MicroMart itself." in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith(("Traceback", "  File", "Exception in"))]


async def test_whoever_asks_too_often_is_told_so_and_nobody_else_is(start):
    service = start(MICROMART_SSH__OPERATIONS_PER_MINUTE="12")
    async with service.connected() as ann, service.window(ann) as anns:
        await anns.sees("Null Mug")
        for key in "cscscscscscscscs":
            anns.press(key)
        await anns.sees("That was too often.")
        async with service.connected() as bob, service.window(bob) as bobs:
            await bobs.sees("Null Mug")
