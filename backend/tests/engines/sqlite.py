"""Databases of SQLite for tests: copies of one file, for migrating takes longer than most tests."""

import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self

from backend.tests.engines.plain import address, file_of

from tokentally.store.engine import open_database
from tokentally.store.schema import migrate


@dataclass
class SQLite:
    """Each database is a file in a folder of its own."""

    folder: Path
    template: str
    name: str = "sqlite"
    _numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def start(cls, folder: Path) -> Self:
        """Migrate the file that will be copied."""
        template = address(folder / "template.db")
        database = open_database(template)
        migrate(database.writer)
        database.close()
        return cls(folder, template)

    def fresh(self) -> str:
        """A copy of the migrated file."""
        return self.copy(self.template)

    def copy(self, url: str) -> str:
        """A copy of the file, and of a log that belongs to it."""
        source = file_of(url)
        path = self.folder / str(next(self._numbers)) / "tokentally.db"
        path.parent.mkdir()
        for ending in ("", "-wal"):
            if (part := Path(f"{source}{ending}")).exists():
                shutil.copy(part, f"{path}{ending}")
        return address(path)

    def drop(self, url: str) -> None:
        """Remove the folder."""
        shutil.rmtree(file_of(url).parent)
