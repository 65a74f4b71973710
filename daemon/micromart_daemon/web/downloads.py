"""Files that storefronts hand out: those that nobody fetches are forgotten."""

from collections.abc import AsyncGenerator
from typing import Any

from textual_serve.download_manager import DownloadManager

MOST_WAITING = 20
"""Files of one storefront that may wait to be fetched; of more, the oldest is forgotten."""


class Downloads(DownloadManager):
    """What may be fetched: each once, and only while its storefront is open."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: set[str] = set()

    async def create_download(self, *, app_service: Any, delivery_key: str, **facts: Any) -> None:
        """Offer a file."""
        waiting = self._waiting(app_service.app_service_id)
        for key in waiting[: max(0, len(waiting) - MOST_WAITING + 1)]:
            del self._active_downloads[key]
        await super().create_download(app_service=app_service, delivery_key=delivery_key, **facts)

    async def download(self, delivery_key: str) -> AsyncGenerator[bytes, None]:
        """Hand it out once, and forget it, also when whoever fetches it goes away."""
        if delivery_key in self._begun:
            return
        self._begun.add(delivery_key)
        try:
            async for chunk in super().download(delivery_key):
                yield chunk
        finally:
            self._begun.discard(delivery_key)
            self._active_downloads.pop(delivery_key, None)

    async def cancel_app_downloads(self, app_service_id: str) -> None:
        """End what is being fetched of a storefront, and forget what is not."""
        await super().cancel_app_downloads(app_service_id)
        for key in self._waiting(app_service_id):
            del self._active_downloads[key]

    def _waiting(self, app_service_id: str) -> list[str]:
        return [
            key
            for key, each in self._active_downloads.items()
            if each.app_service.app_service_id == app_service_id and key not in self._begun
        ]
