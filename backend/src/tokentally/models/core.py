"""The tables as SQLAlchemy Core statements use them."""

from sqlmodel import SQLModel

from tokentally.models import (  # noqa: F401  (declare them)
    people_tables,
    price_tables,
    stream_tables,
    tables,
)
from tokentally.models.usage_tables import Sums

_named = SQLModel.metadata.tables

app_user = _named["app_user"]
api_key = _named["api_key"]
user_sync = _named["user_sync"]
team = _named["team"]
source = _named["source"]
model = _named["model"]
token_event = _named["token_event"]
pending_usage = _named["pending_usage"]
user_quarter_usage = _named["user_quarter_usage"]
user_daily_usage = _named["user_daily_usage"]
model_daily_usage = _named["model_daily_usage"]
people_daily_usage = _named["people_daily_usage"]
people_total_usage = _named["people_total_usage"]
rollup_state = _named["rollup_state"]
sealed_day = _named["sealed_day"]
data_version = _named["data_version"]
large_usage = _named["large_usage"]
ingest_stat = _named["ingest_stat"]
import_cursor = _named["import_cursor"]
metric_stream = _named["metric_stream"]
job_run = _named["job_run"]
price = _named["price"]
price_change = _named["price_change"]
model_alias = _named["model_alias"]

SUMS = tuple(Sums.model_fields)
"""The columns that every usage row adds up."""
