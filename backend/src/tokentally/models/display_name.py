"""The name under which a model is shown: `openai/gpt-5.2-codex` → `GPT-5.2 Codex`."""


def display_name(model: str) -> str:
    """The shown name of a model id: no vendor prefix, words capitalised, `GPT-` joined."""
    words = [word for word in model.rsplit("/", 1)[-1].split("-") if word]
    shown = ["GPT" if word.lower() == "gpt" else word[0].upper() + word[1:] for word in words]
    return " ".join(shown).replace("GPT ", "GPT-") or model
