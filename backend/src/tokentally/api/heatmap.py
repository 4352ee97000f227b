"""A heatmap: a user's last year, a column a week, a square a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tokentally.api.svg import FONTS, Theme, compact, escaped, shortened
from tokentally.queries.local_heatmap import DAYS_A_WEEK, HeatmapCell, LocalHeatmap
from tokentally.queries.public_usage import WEEKS, PublicYear

SQUARE, STEP = 10, 13
LEFT, TOP, MARGIN = 34, 44, 10
WIDTH = LEFT + WEEKS * STEP + MARGIN
HEIGHT = TOP + DAYS_A_WEEK * STEP + MARGIN
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = {1: "Mon", 3: "Wed", 5: "Fri"}
COLUMNS_OF_A_NAME = 3
"""How many weeks of a month give room for its name."""


@dataclass(frozen=True)
class Colours:
    """The colours of a theme; `levels` are those of the squares, from none to most."""

    ground: str
    text: str
    levels: tuple[str, ...]


COLOURS = {
    Theme.light: Colours(
        "#ffffff", "#1f2328", ("#ebedf0", "#9be9a8", "#40c463", "#30a14e", "#216e39")
    ),
    Theme.dark: Colours(
        "#0d1117", "#e6edf3", ("#21262d", "#0e4429", "#006d32", "#26a641", "#39d353")
    ),
}


def heatmap(year: PublicYear, theme: Theme) -> str:
    """The heatmap as SVG."""
    colours, weeks = COLOURS[theme], year.heatmap["weeks"]
    tokens = sum(int(cell.value) for week in weeks for cell in week if cell)
    whole = escaped(f"{year.name}: {_summary(year.heatmap, tokens)}")
    said = f"{compact(tokens)} tokens in {WEEKS} weeks"
    right = f'<text x="{WIDTH - MARGIN}" y="20" text-anchor="end">{said}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{whole}"><title>{whole}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{colours.ground}"/>'
        f'<g fill="{colours.text}" font-family="{FONTS}" font-size="11">'
        f'<text x="{MARGIN}" y="20" font-weight="bold">{escaped(shortened(year.name))}</text>'
        f"{right}</g>"
        f'<g fill="{colours.text}" font-family="{FONTS}" font-size="9">'
        f"{''.join(_months(weeks))}{''.join(_weekdays())}</g>"
        f"{''.join(_squares(weeks, colours))}</svg>\n"
    )


def _summary(days: LocalHeatmap, tokens: int) -> str:
    return (
        f"{tokens:,} tokens from {days['from']} to {days['to']} (UTC), active on "
        f"{days['active_days']} days, on the last {days['streak_days']} without a gap"
    )


def _months(weeks: list[list[HeatmapCell | None]]) -> Iterator[str]:
    """The name of each month above the first week that begins in it, where there is room."""
    months = [week[0].day[:7] for week in weeks if week[0]]
    for month, columns in groupby(range(len(months)), lambda column: months[column]):
        first, *more = columns
        if len(more) >= COLUMNS_OF_A_NAME - 1:
            name = MONTHS[int(month[5:]) - 1]
            yield f'<text x="{LEFT + first * STEP}" y="{TOP - 6}">{name}</text>'


def _weekdays() -> Iterator[str]:
    for row, name in WEEKDAYS.items():
        yield f'<text x="{MARGIN}" y="{TOP + row * STEP + SQUARE - 1}">{name}</text>'


def _squares(weeks: list[list[HeatmapCell | None]], colours: Colours) -> Iterator[str]:
    for column, week in enumerate(weeks):
        for row, cell in enumerate(week):
            if cell:
                yield (
                    f'<rect x="{LEFT + column * STEP}" y="{TOP + row * STEP}" width="{SQUARE}"'
                    f' height="{SQUARE}" rx="2" fill="{colours.levels[cell.level]}">'
                    f"<title>{cell.day}: {int(cell.value):,} tokens</title></rect>"
                )
