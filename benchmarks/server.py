"""A real server in a process of its own, and a small client that is fast enough to load it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Running:
    """A server: where it answers, its process id, and how long its first answer took."""

    host: str
    port: int
    pid: int
    cold_start: float

    def rss_mb(self) -> float:
        """Memory of the process now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def running_server(url: str) -> Iterator[Running]:
    """`tokentally serve` on the database at `url`, on a free port."""
    command = [str(Path(sys.executable).parent / "tokentally"), "serve", "--port", "0"]
    environment = {**os.environ, "TOKENTALLY_DATABASE_URL": url}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = urlsplit(process.stdout.readline().split()[-1])
        host, port = str(address.hostname), int(address.port or 0)
        asyncio.run(exchange(host, port, [get("/tokens/models")], 1))
        yield Running(host, port, process.pid, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait()


def get(path: str) -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, body: bytes, content_type: str = "application/json") -> bytes:
    """A POST request."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def exchange(host: str, port: int, requests: list[bytes], clients: int) -> list[float]:
    """Send every request once over `clients` kept connections; the latency of each in seconds."""
    queue = iter(requests)
    latencies: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for request in queue:
            start = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return latencies
