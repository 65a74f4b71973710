"""An SSH service that is a process of its own, on the demo shop of a home of its own, and clients that look at it."""

import asyncio
import gc
import subprocess
import sys
from contextlib import asynccontextmanager

import asyncssh
import pytest

from micromart_core.home import Home
from micromart_daemon.ssh.doors import Doors
from micromart_daemon.ssh.host_key import HostKey
from micromart_daemon.ssh.serving import accepting, listening
from micromart_daemon.ssh.threads import SessionThreads
from tests.conftest import copied_to
from tests.served import ServedProcess, bare_environment, starting
from tests.ssh.window import Window


class SshProcess(ServedProcess):
    def __init__(self, folder, program: str = "micromart_daemon.main", **settings: str) -> None:
        super().__init__(folder, "ssh", program=program, TZ="UTC", **settings)
        self.home = folder / "home"

    @asynccontextmanager
    async def connected(self, key=None, **options):
        """A connection of somebody with a key, or with none."""
        facts = {"username": "somebody", "client_keys": [key]} if key else {"username": "guest", "client_keys": None}
        async with asyncssh.connect(
            "127.0.0.1", self.port, **({"known_hosts": None, "config": None, "agent_path": None} | facts | options)
        ) as connection:
            yield connection

    @asynccontextmanager
    async def window(self, connection, command=None, *, term="xterm-256color", size=(100, 30), env=None, **options):
        """A session on a terminal, and what is seen there."""
        process = await connection.create_process(
            command, term_type=term, term_size=size, env=env or {}, encoding=None, **options
        )
        window = Window(process, min(size[0], 500), min(size[1], 200))
        try:
            yield window
        finally:
            window.close()

    async def told(self, connection, command=None, **options):
        """What a session without a terminal is told: its exit status, stdout and stderr."""
        done = await connection.run(command, check=False, **options)
        return done.exit_status, done.stdout, done.stderr

    def micromart(self, *words: str, **settings: str) -> str:
        """A verb in the same shop."""
        words = [sys.executable, "-m", "micromart_cli", *words]
        done = subprocess.run(
            words, env=bare_environment() | self.settings | settings, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def start(tmp_path):
    """A function that starts a service under settings of its own."""
    with starting(SshProcess, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """One service for the stories of a file that leave it as it was."""
    with starting(SshProcess, tmp_path_factory.mktemp("ssh")) as start:
        yield start()


@pytest.fixture(scope="session")
def key():
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def other_key():
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture(autouse=True)
def quiet_library():
    """What asyncssh's client says of connections that were refused on purpose."""
    asyncssh.set_log_level("CRITICAL")
    yield
    asyncio.set_event_loop_policy(None)


class HereService(SshProcess):
    """The service in the test's own process, on the shop of the story."""

    def __init__(self, shop, home: Home) -> None:
        self.doors = Doors(shop, home, HostKey(asyncssh.generate_private_key("ssh-ed25519")))
        self.listener = listening("127.0.0.1:0")
        self.port = self.listener.getsockname()[1]

    @asynccontextmanager
    async def running(self):
        """Answer while somebody looks."""
        asyncio.get_running_loop().set_default_executor(SessionThreads(2))
        self.doors.news.begin()
        server = await accepting(self.doors, self.listener)
        try:
            yield self
        finally:
            server.close()
            assert await self.doors.close(10)
            gc.unfreeze()  # what the service set aside is this process's, and other stories'


@pytest.fixture
def home(tmp_path):
    """The home of whoever runs the service."""
    return Home(*(tmp_path / "service" / name for name in ("config", "data", "state", "cache")))


@pytest.fixture
def database_url(sqlite_template, tmp_path) -> str:
    """An empty shop on SQLite: a session does not ask which database answers."""
    return copied_to(tmp_path, sqlite_template)
