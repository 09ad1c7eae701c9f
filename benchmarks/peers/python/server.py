"""A voice agent behind Twilio's ConversationRelay, in the shape that its Python users give it:
FastAPI on uvicorn, one task for each reply, the tokens sent on as they come.

Debian 12 has no package of the official openai SDK, so the model is asked through httpx, on which
the SDK is built. That is the cheaper way: the SDK would make a pydantic object of every chunk as well.
"""

import asyncio
import json
import os
import socket
import sys

import httpx
import uvicorn
from fastapi import FastAPI, Response, WebSocket, WebSocketDisconnect

BASE_URL = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1")
API_KEY = os.environ.get("OPENAI_API_KEY")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
PUBLIC_HOST = os.environ.get("PUBLIC_HOST", "localhost")
SYSTEM_PROMPT = (
    "You are a helpful voice assistant on a phone call. Answer in one to three short sentences, "
    "without lists, symbols or emojis."
)
APOLOGY = "Sorry, I did not get that. Could you say it again?"

app = FastAPI()

# httpx would keep 20 connections for 5 s and allow 100; the silence between two turns is longer, and
# each call that talks needs one. What the environment says of proxies is not meant for the model.
model = httpx.AsyncClient(
    base_url=BASE_URL,
    headers={"Authorization": f"Bearer {API_KEY}"} if API_KEY else None,
    limits=httpx.Limits(
        max_connections=None, max_keepalive_connections=None, keepalive_expiry=60
    ),
    timeout=httpx.Timeout(30, connect=5),
    trust_env=False,
)


async def events(response):
    """The data of each event. Not aiter_lines(): that of httpx 0.23 looks at each character in Python,
    which would be most of what a token costs."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()


class Call:
    """One call: its dialogue, and the reply that is being generated."""

    def __init__(self, websocket: WebSocket):
        self.websocket = websocket
        self.messages = [{"role": "system", "content": SYSTEM_PROMPT}]
        self.reply = None

    async def run(self):
        try:
            async for text in self.websocket.iter_text():
                self.receive(text)
        finally:
            self.stop()

    def receive(self, text):
        try:
            frame = json.loads(text)
        except ValueError:
            return  # Twilio sends none that is not JSON
        kind = frame.get("type")
        if kind == "prompt":
            # Partial prompts come only when the TwiML asks for them.
            if frame.get("last", True) and frame["voicePrompt"].strip():
                self.hear(frame["voicePrompt"])
        elif kind == "dtmf":
            self.hear(f"I pressed {frame['digit']} on my phone.")
        elif kind == "interrupt":
            self.stop()
            self.forget_what_was_not_heard(frame.get("utteranceUntilInterrupt", ""))
        elif kind == "error":
            print("Twilio reports:", frame.get("description"), file=sys.stderr)

    def hear(self, text):
        self.stop()
        self.messages.append({"role": "user", "content": text})
        self.reply = asyncio.create_task(self.answer())

    def stop(self):
        """Cancelling the task closes its connection, which ends the generation."""
        if self.reply:
            self.reply.cancel()
            self.reply = None

    async def answer(self):
        reply = {"role": "assistant", "content": ""}
        body = {"model": MODEL, "messages": self.messages, "stream": True}
        try:
            async with model.stream("POST", "chat/completions", json=body) as response:
                response.raise_for_status()
                # Read on after [DONE]: only a connection that was read to its end is kept.
                async for data in events(response):
                    if data == b"[DONE]":
                        await self.say("", last=True)
                        continue
                    choices = json.loads(data).get("choices")
                    token = choices and choices[0]["delta"].get("content")
                    if not token:
                        continue
                    if not reply["content"]:
                        self.messages.append(reply)
                    reply["content"] += token
                    await self.say(token, last=False)
        except (httpx.HTTPError, ValueError) as error:
            print("The model failed:", repr(error), file=sys.stderr)
            await self.say(APOLOGY, last=True)
        except WebSocketDisconnect:
            pass  # run() sees it, too

    async def say(self, token, last):
        await self.websocket.send_json({"type": "text", "token": token, "last": last})

    def forget_what_was_not_heard(self, heard):
        """The reply is generated faster than it is spoken: the caller broke in after these words."""
        for message in reversed(self.messages):
            if message["role"] == "assistant":
                at = message["content"].rfind(heard)
                if at >= 0:
                    message["content"] = message["content"][: at + len(heard)]
                return


@app.api_route("/receive_call", methods=["GET", "POST"])
async def receive_call():
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?><Response><Connect>'
        f'<ConversationRelay url="wss://{PUBLIC_HOST}/relay/ws" dtmfDetection="true"/>'
        "</Connect></Response>",
        media_type="text/xml",
    )


@app.websocket("/relay/ws")
async def relay(websocket: WebSocket):
    await websocket.accept()
    await Call(websocket).run()


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets=sockets)
        print(f"listening {sockets[0].getsockname()[1]}", flush=True)


if __name__ == "__main__":
    listener = socket.create_server(
        ("127.0.0.1", int(os.environ.get("PORT", "0"))), backlog=2048
    )
    # uvloop and httptools are what `uvicorn[standard]` installs; named here so that a machine without
    # them says so instead of being slower.
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="websockets",
        log_level="warning",
        access_log=False,
    )
    Server(config).run(sockets=[listener])
