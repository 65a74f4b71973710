"""The private Prometheus: Debian's, with the rules of deploy/prometheus in a hurry; only on request."""

import json
import re
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.stack.process import Process, processes_in
from deploy.stack.server import Launch

RULES = Path(__file__).parents[1] / "prometheus" / "micromart.rules.yml"
_PROGRAM = Path("/usr/bin/prometheus")
_MINUTE = 60
_PATIENCE = 5
_CONFIGURATION = """global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [hurried.rules.yml]
scrape_configs:
  - job_name: micromart
    file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
"""


def hurried(rules: str) -> str:
    """Return the rules with a second for every minute: in what they wait for, look back over, and call old."""
    quick = re.sub(r"(for: |\[)(\d+)m\b", r"\1\2s", rules)
    return re.sub(r"(_seconds\) > )(\d+)\b", lambda found: f"{found[1]}{int(found[2]) / _MINUTE:g}", quick)


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One server that asks the daemons and gateways of a file every second."""

    folder: Path
    name: str = "prometheus"
    packages: tuple[str, ...] = ("prometheus",)
    ports: tuple[str, ...] = ("prometheus",)
    stop_signal: signal.Signals = signal.SIGTERM
    on_request: bool = True

    def is_installed(self) -> bool:
        """Tell whether Debian's program is there."""
        return _PROGRAM.exists()

    def prepare(self, ports: tuple[int, ...]) -> Launch:
        """Write what it asks and by which rules it rings, and say how to begin it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "prometheus.yml").write_text(_CONFIGURATION, encoding="utf-8")
        (self.folder / "hurried.rules.yml").write_text(hurried(RULES.read_text("utf-8")), encoding="utf-8")
        if not self._targets.exists():
            self._targets.write_text(json.dumps([]), encoding="utf-8")
        choices = {
            "config.file": "prometheus.yml",
            "storage.tsdb.path": "data",
            "web.listen-address": f"127.0.0.1:{ports[0]}",
        }
        return Launch([str(_PROGRAM), *(f"--{name}={value}" for name, value in choices.items())], folder=self.folder)

    def is_ready(self, port: int) -> bool:
        """Tell whether it can be asked."""
        try:
            with urlopen(f"{_url(port)}/-/ready", timeout=_PATIENCE):  # noqa: S310  # loopback
                return True
        except (URLError, OSError):
            return False

    def processes(self) -> list[Process]:
        """List the server: nothing else works in its folder."""
        return processes_in(self.folder)

    def remove(self) -> None:
        """Forget all figures."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, port: int) -> dict[str, str]:
        """Return where it answers, and the file that names whom it asks, as file_sd of Prometheus has it."""
        return {"MICROMART_STACK_PROMETHEUS_URL": _url(port), "MICROMART_STACK_TARGETS": str(self._targets)}

    @property
    def _targets(self) -> Path:
        return self.folder / "targets.json"


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
