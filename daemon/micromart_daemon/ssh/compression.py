"""Compression after the sign-in (zlib@openssh.com) that a client cannot use to fill this machine's memory."""

import zlib

from asyncssh.compression import Compressor, Decompressor, register_compression_alg

NAME = "zlib@openssh.com"
LARGEST = 512 * 1024
"""Bytes that one packet may become; what is larger ends the connection. asyncssh itself sets no limit."""


class BoundedDecompressor(Decompressor):
    """Reads what a client compressed, as far as it is no bomb."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()

    def decompress(self, data: bytes) -> bytes | None:
        """Return what is in a packet, None when it is no zlib or too large."""
        try:
            read = self._stream.decompress(data, LARGEST)
        except zlib.error:
            return None
        return None if self._stream.unconsumed_tail else read


class FrameCompressor(Compressor):
    """Compresses each packet so that it can be read at once."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def compress(self, data: bytes) -> bytes:
        """Return a packet compressed."""
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)


def bound_compression() -> None:
    """Let this process compress so, and no other way."""
    register_compression_alg(NAME.encode(), FrameCompressor, BoundedDecompressor, after_auth=True, default=False)
