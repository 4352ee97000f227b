"""Settings from the environment and `.env`; the one place that reads either."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRET_BYTES = 32
"""HS256 is as good as a secret of this length."""


def environment() -> Mapping[str, str]:
    """The variables of other programs (where an agent keeps its logs)."""
    return os.environ


class Settings(BaseSettings):
    """Every setting, each read from `TOKENTALLY_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="TOKENTALLY_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: str = "sqlite:///tokentally.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    auth: Literal["local", "token"] = "local"
    jwt_secret: SecretStr | None = None
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    jwks_url: str | None = None  # after the two that it needs
    oidc_client_id: str | None = None
    oidc_issuer: str | None = Field(default=None, validate_default=True)  # after all it needs
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    public_leaderboard: bool = False
    otlp_metrics_sources: Annotated[tuple[str, ...], NoDecode] = ()
    fold_interval_seconds: float = Field(default=2.0, gt=0, le=86_400)
    max_range_days: int = Field(default=800, ge=1, le=36_600)
    retention_days: int | None = Field(default=None, ge=1, le=36_600)
    sqlite_synchronous: Literal["FULL", "NORMAL"] = "FULL"
    price_book: Literal["genai-prices", "own"] = "genai-prices"
    price_sync_url: str | None = None
    default_pricing_model: str = "gpt-5.2-codex"
    default_pricing_source: str = "openrouter"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    log_format: Literal["text", "json"] = "text"
    ready_fold_lag_seconds: float = Field(default=300.0, gt=0)

    @property
    def open_to_all(self) -> bool:
        """Whether who did not sign in may read what is the whole organisation's."""
        return self.public_leaderboard and self.auth == "token"

    @field_validator(
        *("jwt_secret", "jwt_audience", "jwt_issuer", "jwks_url", "oidc_issuer", "oidc_client_id"),
        mode="before",
    )
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("jwt_secret")
    @classmethod
    def _secret_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value().encode()) < SECRET_BYTES:
            raise _wrong(
                f"must have at least {SECRET_BYTES} bytes; `openssl rand -hex 32` makes one"
            )
        return value

    @field_validator("jwks_url")
    @classmethod
    def _keys_need_audience_and_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and not _is_web_address(value):
            raise _wrong("must be an http or https address")
        if value and not (info.data.get("jwt_audience") and info.data.get("jwt_issuer")):
            raise _wrong("needs TOKENTALLY_JWT_AUDIENCE and TOKENTALLY_JWT_ISSUER beside it")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _sign_in_is_whole(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value:
            if info.data.get("oidc_client_id"):
                raise _wrong("must be set where TOKENTALLY_OIDC_CLIENT_ID is")
            return value
        if not _is_web_address(value):
            raise _wrong("must be an http or https address")
        if not info.data.get("oidc_client_id"):
            raise _wrong("needs TOKENTALLY_OIDC_CLIENT_ID beside it")
        if not info.data.get("jwks_url"):
            raise _wrong(
                "needs TOKENTALLY_JWKS_URL beside it: the keys that its tokens are good by"
            )
        return value

    @field_validator("price_sync_url")
    @classmethod
    def _prices_come_from_the_web(cls, value: str | None) -> str | None:
        if value and not _is_web_address(value):
            raise _wrong("must be an http or https address")
        return value

    @field_validator("otlp_metrics_sources", mode="before")
    @classmethod
    def _sources(cls, value: Any) -> Any:
        sources = value.split(",") if isinstance(value, str) else value
        return tuple(name for source in sources if (name := source.strip().lower()))

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: Any, info: ValidationInfo) -> Any:
        origins = value.split(",") if isinstance(value, str) else value
        origins = tuple(text for origin in origins if (text := origin.strip().rstrip("/")))
        for origin in origins:
            if origin == "*" and info.data.get("auth") == "local":
                raise _wrong("* would give every web page all rights while AUTH=local")
            if origin != "*" and not (_is_web_address(origin) and origin.count("/") == 2):
                raise _wrong(f"{origin!r} is no origin, such as https://usage.example.com")
        return origins


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("wrong_setting", "{message}", {"message": message})
