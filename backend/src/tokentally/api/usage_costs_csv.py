"""Charts as CSV: one row a period, chart and segment."""

import csv
from io import StringIO

from tokentally.models.plain_text import spreadsheet_cell
from tokentally.queries.usage_costs_charts import UsageCharts

HEADER = ("date", "chart", "model", "value")
OTHERS = "Others"
"""No model is called so: their ids are in lower case."""


def charts_csv(answer: UsageCharts) -> bytes:
    """Both charts; the rest is there for every period, so that the days add up."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    charts = {"tokens": answer.charts.tokens, "cost": answer.charts.cost}
    for days in zip(*(chart.days for chart in charts.values()), strict=True):
        for name, day in zip(charts, days, strict=True):
            for model, value in (*day.segments.items(), (OTHERS, day.others)):
                writer.writerow((day.date, name, spreadsheet_cell(model), value))
    return out.getvalue().encode()
