"""Prints the OpenAPI description of the server: `python -m tokentally.api.describe`."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tokentally.api.backend import open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings


def describe() -> str:
    """The OpenAPI document as JSON text."""
    with TemporaryDirectory() as folder:
        backend = open_backend(Settings(database_url=f"sqlite:///{Path(folder) / 'empty.db'}"))
        try:
            return json.dumps(create_backend(backend).openapi(), indent=2) + "\n"
        finally:
            backend.close()


if __name__ == "__main__":
    sys.stdout.write(describe())
