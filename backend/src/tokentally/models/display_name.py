"""The name under which a model is shown: `openai/gpt-5.2-codex` → `GPT-5.2 Codex`."""

import re

_VERSION = re.compile(
    r"(?<!\d{4}-)(?<![\w.])(\d{1,2})-(\d{1,2})(?![\w.])(?!-\d{4}(?!\d))", re.ASCII
)


def display_name(model: str) -> str:
    """The shown name of a model id: no vendor prefix, words capitalised, `GPT-` joined.

    A version that is spelled with a hyphen gets its dot: `claude-opus-4-5` → `Claude Opus 4.5`.
    """
    name = _VERSION.sub(r"\1.\2", model.rsplit("/", 1)[-1])
    words = [word for word in name.split("-") if word]
    shown = ["GPT" if word.lower() == "gpt" else word[0].upper() + word[1:] for word in words]
    return " ".join(shown).replace("GPT ", "GPT-") or model
