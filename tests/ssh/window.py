"""What somebody sees at the end of a line."""

import asyncio

import pyte

PATIENCE = 60


class Window:
    """A terminal that draws what a session sends, and types."""

    def __init__(self, process, width: int, height: int) -> None:
        self.process = process
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self.came = bytearray()
        self._news = asyncio.Event()
        self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        await asyncio.gather(self._read_from(self.process.stdout), self._read_from(self.process.stderr))

    async def _read_from(self, stream) -> None:
        while data := await stream.read(65536):
            self.came += data
            self._stream.feed(bytes(data))
            self._news.set()

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def press(self, keys: str) -> None:
        self.process.stdin.write(keys.encode())

    async def sees(self, words: str) -> None:
        """Wait until these words stand somewhere on the screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in self.text:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"“{words}” is not on the screen:\n{self.text}") from None

    async def sees_no_more(self, words: str) -> None:
        """Wait until these words stand nowhere."""
        async with asyncio.timeout(PATIENCE):
            while words in self.text:
                self._news.clear()
                await self._news.wait()

    async def rests(self) -> None:
        """Wait until nothing comes any more."""
        count = -1
        while count != len(self.came):
            count = len(self.came)
            await asyncio.sleep(1)

    async def shows(self, page: str) -> None:
        """Wait until the whole screen is this and stays so."""
        for _ in range(PATIENCE):
            await self.rests()
            if self.text == page:
                return
        raise AssertionError(f"this is not the page:\n{self.text}")

    async def adds(self, name: str) -> None:
        """Put a product in the cart by its name."""
        self.press("\x10")
        await self.sees("go to cart")
        self.press(f"add {name}")
        await self.sees("left")
        self.press("\r")
        await self.sees("held for you")

    async def signs_in(self, name: str, password: str) -> None:
        """Give a name and a password where they are asked for."""
        await self.sees("Welcome back.")
        self.press(f"\x1b[200~{name}\x1b[201~\x1b[B\x1b[200~{password}\x1b[201~\r")

    def resize(self, width: int, height: int) -> None:
        self.process.change_terminal_size(width, height)
        self._screen.resize(min(height, 200), min(width, 500))

    async def ends(self) -> int:
        """Wait until the session has ended; return its exit status."""
        async with asyncio.timeout(PATIENCE):
            await self.process.wait_closed()
            await self._reading
        return self.process.exit_status

    def close(self) -> None:
        self._reading.cancel()
        self.process.close()
