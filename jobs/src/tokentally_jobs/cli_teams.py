"""`tokentally teams`: which team each user is in."""

from functools import partial
from typing import Annotated

import typer

from tokentally.store.names import UNASSIGNED
from tokentally.store.teams import all_teams, assign_team
from tokentally_jobs.accounts import change, look
from tokentally_jobs.tables import show_table
from tokentally_jobs.terminal import say

app = typer.Typer(help="Teams: which team each user is in.", no_args_is_help=True)


@app.command("set")
def set_command(
    user: Annotated[str, typer.Argument(help="The user's name.")],
    team: Annotated[str, typer.Argument(help=f"The team, made if it is new; or {UNASSIGNED}.")],
) -> None:
    """Put a user into a team; events that are stored keep the team that they came with."""
    assigned = change(partial(assign_team, user=user, team_name=team))
    say(f"{assigned.name} is in {assigned.team or 'no team'}")


@app.command("list")
def list_command() -> None:
    """List every team, and how many users are in it."""
    show_table(("team", "users"), [(team.name, str(team.members)) for team in look(all_teams)])
