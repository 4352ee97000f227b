"""Settings from the environment and `.env`; the one place that reads either."""

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def environment() -> Mapping[str, str]:
    """The variables of other programs (where an agent keeps its logs)."""
    return os.environ


class Settings(BaseSettings):
    """Every setting, each read from `TOKENTALLY_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="TOKENTALLY_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    database_url: str = "sqlite:///tokentally.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    auth: Literal["local"] = "local"
    fold_interval_seconds: float = Field(default=2.0, gt=0, le=86_400)
    max_range_days: int = Field(default=800, ge=1, le=36_600)
    sqlite_synchronous: Literal["FULL", "NORMAL"] = "FULL"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
