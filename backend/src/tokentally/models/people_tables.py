"""The tables of users, of their teams, and of their keys. Times are microseconds since 1970 UTC."""

from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from tokentally.models.columns import Int64, PlainText

_STRICT: dict[str, Any] = {"sqlite_strict": True}
_ZERO: dict[str, Any] = {"server_default": "0"}
_BLANK: dict[str, Any] = {"server_default": ""}


class Team(SQLModel, table=True):
    """A team; `Unassigned` is the one of users who have none."""

    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=PlainText, unique=True)


class AppUser(SQLModel, table=True):
    """A user: `name` is the login or the `sub` of a token, `display_name` what others may see.

    Nobody signs in as a user who is `disabled`. `time_zone` is an IANA name, or blank for UTC.
    `leaderboard_changed_at` is when `leaderboard_public` was set last, None for never.
    """

    __tablename__ = "app_user"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=PlainText, unique=True)
    display_name: str = Field(default="", sa_type=PlainText)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    leaderboard_public: int = Field(default=0)
    is_admin: int = Field(default=0, sa_column_kwargs=_ZERO)
    disabled: int = Field(default=0, sa_column_kwargs=_ZERO)
    avatar_url: str = Field(default="", sa_type=PlainText, sa_column_kwargs=_BLANK)
    time_zone: str = Field(default="", sa_type=PlainText, sa_column_kwargs=_BLANK)
    leaderboard_changed_at: int | None = Field(default=None, sa_type=Int64)


class ApiKey(SQLModel, table=True):
    """A key of a user: only its SHA-256 (`digest`) is kept, and its first characters to tell it by.

    `scopes` are separated by spaces; times are microseconds since 1970, None for never.
    """

    __tablename__ = "api_key"
    __table_args__: ClassVar[Any] = _STRICT
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    label: str = Field(sa_type=PlainText)
    shown: str = Field(sa_type=PlainText)
    digest: bytes = Field(unique=True)
    scopes: str = Field(sa_type=PlainText)
    created_at: int = Field(sa_type=Int64)
    last_used_at: int | None = Field(default=None, sa_type=Int64)
    revoked_at: int | None = Field(default=None, sa_type=Int64)


class UserSync(SQLModel, table=True):
    """When a delivery with events of the user was acknowledged last, by whatever door."""

    __tablename__ = "user_sync"
    __table_args__: ClassVar[Any] = _STRICT
    user_id: int = Field(primary_key=True)
    last_sync_at: int = Field(sa_type=Int64)
