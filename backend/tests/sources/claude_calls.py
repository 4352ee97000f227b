"""Lines of Claude Code's transcripts."""


def call(request: str, **more: object) -> dict[str, object]:
    message = {"id": f"msg_{request}", "model": "m", "usage": {"output_tokens": 1}}
    time = "2026-11-21T10:00:00.000Z"
    return {
        "type": "assistant",
        "timestamp": time,
        "requestId": request,
        "message": message,
        **more,
    }
