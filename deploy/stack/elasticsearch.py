"""The private Elasticsearch, for what the log tells; only on request, since few tests look into it."""

import json
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.stack.elasticsearch_program import VERSION, has_tools, jars
from deploy.stack.process import Process, processes_in
from deploy.stack.server import Launch

_PROGRAM = Path(__file__).with_name("Elasticsearch.java")
_JAVA = (
    *("-Xms128m", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),  # it lives for seconds
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
)
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Elasticsearch:
    """One node that keeps its indices until it is removed."""

    folder: Path
    name: str = "elasticsearch"
    packages: tuple[str, ...] = ("maven", "openjdk-17-jdk-headless")
    ports: tuple[str, ...] = ("elasticsearch", "elasticsearch-nodes")
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = True

    def is_installed(self) -> bool:
        """Tell whether it is there, or the tools that fetch it."""
        return has_tools()

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Make its folder, and say how to begin it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        answers, nodes = (str(port) for port in ports)
        told = [str(_PROGRAM), str(self.folder / "node"), answers, nodes]
        return Launch(["java", *_JAVA, "-cp", f"{jars()}/*", *told], folder=self.folder)

    def is_ready(self, port: int) -> bool:
        """Tell whether it can be asked, and is the release it should be."""
        try:
            with urlopen(f"{_url(port)}/", timeout=_PATIENCE) as answer:  # noqa: S310  # loopback
                return bool(json.load(answer)["version"]["number"] == VERSION)
        except (URLError, OSError, ValueError, KeyError):
            return False

    def processes(self) -> list[Process]:
        """List the node: nothing else works in its folder."""
        return processes_in(self.folder)

    def remove(self) -> None:
        """Delete its indices; the jars stay for other checkouts."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return where it answers."""
        return {"MICROMART_STACK_ELASTICSEARCH_URL": _url(port)}


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
