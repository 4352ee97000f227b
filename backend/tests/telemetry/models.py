"""A model server as OpenAI's: it answers with made-up usage, and keeps what it answered."""

import json
import random
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

Json = dict[str, Any]


class Models:
    """`app` answers chats; `answered` holds the usage of each, by the id of the response."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.answered: dict[str, Json] = {}
        self.app = FastAPI()
        self.app.add_api_route("/v1/chat/completions", self._chat, methods=["POST"])

    async def _chat(self, request: Request) -> Response:
        asked = await request.json()
        if asked["model"] == "overloaded":
            return JSONResponse({"error": {"message": "made-up rate limit"}}, 429)
        identity = f"chatcmpl-kettle{len(self.answered):08}"
        usage = self._usage()
        self.answered[identity] = {"model": asked["model"], **usage}
        shared = {"id": identity, "created": 1795256100, "model": asked["model"]}
        if asked.get("stream"):
            lines = _lines(shared, usage)
            return StreamingResponse(lines, media_type="text/event-stream")
        message = {"role": "assistant", "content": "Blue kettles."}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        answer = {"object": "chat.completion", "choices": choices, "usage": usage}
        return JSONResponse(shared | answer)

    def _usage(self) -> Json:
        prompt, completion = self._chance.randrange(1, 10**5), self._chance.randrange(1, 10**4)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }


def _lines(shared: Json, usage: Json) -> Iterator[str]:
    chunk = shared | {"object": "chat.completion.chunk"}
    delta = {"role": "assistant", "content": "Blue kettles."}
    choices = [{"index": 0, "finish_reason": "stop", "delta": delta}]
    for part in (chunk | {"choices": choices}, chunk | {"choices": [], "usage": usage}):
        yield f"data: {json.dumps(part)}\n\n"
    yield "data: [DONE]\n\n"
