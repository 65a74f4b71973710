"""What is not done over SSH is refused, and where the protocol carries words, in a sentence."""

import asyncio
import socket

import asyncssh
import pytest
from asyncssh.packet import String

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("command", [None, "cart", "id", "ls -la /", "scp -t /tmp", "rsync --server . /"])
async def test_without_a_terminal_nothing_is_opened_and_nothing_is_run(service, command):
    async with service.connected() as guest:
        status, stdout, stderr = await service.told(guest, command)

    assert (status, stdout) == (2, "")
    assert stderr.startswith("error: This is a shop you walk around in, and it needs a terminal.\n")
    assert "try:   ssh -t HOST" in stderr


async def test_with_a_terminal_more_than_one_word_is_refused(service):
    async with service.connected() as guest, service.window(guest, "bash -i") as window:
        assert await window.ends() == 2
        assert "Nothing is run here" in window.text


@pytest.mark.parametrize(("word", "status", "words"), [("NM-999", 3, "no product"), ("$(id)", 2, "is no SKU")])
async def test_a_word_that_names_nothing_is_told_before_anything_is_drawn(service, word, status, words):
    async with service.connected() as guest, service.window(guest, word) as window:
        assert await window.ends() == status
        assert words in window.text
        assert "try:   ssh -t HOST cart, or orders, account, shop, or a SKU" in window.text
        assert "micromart product" not in window.text
        assert b"\x1b[?1049h" not in window.came


@pytest.mark.parametrize("name", ["sftp", "netconf", "../../bin/sh"])
async def test_there_are_no_subsystems(service, name):
    async with service.connected() as guest:
        status, stdout, stderr = await service.told(guest, subsystem=name)

    assert (status, stdout) == (4, "")
    assert "There are no files here and no subsystems" in stderr


async def test_sftp_finds_nobody(service):
    async with service.connected() as guest:
        with pytest.raises(asyncssh.Error):
            await guest.start_sftp_client()


async def test_nothing_is_forwarded_to_other_machines_or_sockets(service):
    async with service.connected() as guest:
        with pytest.raises(asyncssh.ChannelOpenError, match="it forwards nothing"):
            await guest.open_connection("127.0.0.1", service.port)
        with pytest.raises(asyncssh.ChannelOpenError, match="it forwards nothing"):
            await guest.open_unix_connection("/run/anything")
        with pytest.raises(asyncssh.ChannelOpenError, match="it forwards nothing"):
            await guest.open_tun()


async def test_nothing_is_listened_on_for_anybody(service):
    async with service.connected() as guest:
        with pytest.raises(asyncssh.ChannelListenError):
            await guest.forward_remote_port("127.0.0.1", 0, "127.0.0.1", service.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await guest.forward_remote_path("/tmp/anything", "/tmp/other")


async def test_the_environment_is_refused_but_for_colours_and_signs(service):
    async with service.connected() as guest, service.window(guest, "cart") as window:
        await window.sees("Nothing here yet.")
        ask = window.process.channel._make_request
        assert await ask(b"env", String(b"COLORTERM"), String(b"truecolor"))
        assert not await ask(b"env", String(b"LD_PRELOAD"), String(b"/tmp/x.so"))
        assert not await ask(b"env", String(b"MICROMART_DATABASE__URL"), String(b"sqlite:///tmp/x"))
        assert not await ask(b"env", String(b"LANG"), String(b"x" * 65))


async def test_neither_the_agent_nor_a_display_is_forwarded(service):
    async with service.connected() as guest, service.window(guest, "cart") as window:
        await window.sees("Nothing here yet.")
        ask = window.process.channel._make_request
        assert not await ask(b"auth-agent-req@openssh.com")


async def test_a_connection_has_one_session_at_a_time(service):
    async with service.connected() as guest, service.window(guest) as window:
        await window.sees("Null Mug")
        with pytest.raises(asyncssh.ChannelOpenError, match="one session at a time"):
            await guest.create_process(term_type="xterm")


async def test_two_sessions_that_are_asked_for_in_one_breath_are_one_too_many(service):
    async with service.connected() as guest:
        wire = guest.get_extra_info("socket")
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        asked = [asyncio.ensure_future(guest.create_process(term_type="xterm", encoding=None)) for _ in range(2)]
        await asyncio.sleep(0.05)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        opened = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(each, asyncssh.ChannelOpenError) for each in opened) == 1


@pytest.mark.parametrize("term", ["dumb", ""])
async def test_a_terminal_that_shows_lines_only_is_told_so(service, term):
    async with service.connected() as guest, service.window(guest, term=term) as window:
        assert await window.ends() == 2
        assert "needs a terminal" in window.text


async def test_passwords_are_not_asked_for(service):
    with pytest.raises(asyncssh.PermissionDenied):
        async with service.connected(username="root", password="x", preferred_auth="password"):
            pass
