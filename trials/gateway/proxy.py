"""A LiteLLM proxy as docs/sources/litellm.md sets it up, with models of ours behind it."""

import json
import os
import secrets
import socket
import subprocess
from pathlib import Path
from typing import Any

from trials.programs import ROOT, Program

GUIDE = ROOT / "docs/sources/litellm.md"
_WITHIN = {
    "litellm_settings": "cache: true\n  cache_params: {type: local, mode: default_off}",
    "general_settings": "custom_auth: people.user_api_key_auth",
}
"""What is added to sections of the guide's settings."""

_AUTH = '''"""Who calls, from keys of the form sk-USER-TEAM."""

from litellm.proxy._types import UserAPIKeyAuth


async def user_api_key_auth(request, api_key):
    user, _, team = api_key.removeprefix("sk-").partition("-")
    return UserAPIKeyAuth(
        api_key=api_key, user_id=user, team_id=f"id-{team}", team_alias=team, key_alias=f"{user}-1"
    )
'''


def write_settings(folder: Path, models: str, tokentally: str) -> None:
    """The proxy's settings: the guide's, models at `models`, callers of ours, a response cache."""
    openai = {"api_base": f"{models}/v1", "api_key": "none", "max_retries": 0}
    served: dict[str, dict[str, Any]] = {
        "gpt": {"model": "openai/gpt-4o", **openai},
        "answers": {"model": "openai/gpt-5-mini", **openai},
        "claude": {"model": "anthropic/claude-sonnet-4-5", "api_base": models, "api_key": "none"},
        "gemini": {
            "model": "gemini/gemini-2.5-flash",
            "api_base": f"{models}/v1beta",
            "api_key": "none",
        },
        "mock": {"model": "openai/gpt-4o-mini", "api_key": "none", "mock_response": "Hello."},
        "small": {"model": "openai/small", **openai},
        "down": {"model": "openai/down", **openai},
        "flaky": {"model": "openai/flaky", **openai},
        "replaced": {"model": "openai/down", **openai},
    }
    further = {
        "model_list": [{"model_name": name, "litellm_params": how} for name, how in served.items()],
        "router_settings": {
            "num_retries": 0,
            "fallbacks": [{"replaced": ["gpt"]}],
            "disable_cooldowns": True,
        },
    }
    settings = guide("yaml").replace("http://127.0.0.1:8000", tokentally)
    for section, line in _WITHIN.items():
        settings = settings.replace(f"{section}:\n", f"{section}:\n  {line}\n")
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in further.items()]
    (folder / "config.yaml").write_text(settings + "".join(lines))
    (folder / "people.py").write_text(_AUTH)


def guide(kind: str) -> str:
    """The guide's first block of a kind."""
    return GUIDE.read_text().split(f"```{kind}\n", 1)[1].split("```", 1)[0]


def launch_proxy(command: Path, folder: Path, key: str, output: Path) -> Program:
    """Start the proxy on a free port, with the settings in `folder` and a key of Tokentally's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    env = {
        **os.environ,
        **dict(line.split("=", 1) for line in guide("sh").splitlines()),
        "TOKENTALLY_AUTHORIZATION": f"Bearer {key}",
        "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(32)}",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    with output.open("wb") as out:
        process = subprocess.Popen(
            [command, "--config", folder / "config.yaml", "--host", "127.0.0.1", "--port", port],
            env=env,
            cwd=folder,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    return Program(process.pid, output, process.wait, ready="Uvicorn running on ")
