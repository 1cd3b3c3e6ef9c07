"""Twilio's side of a media stream for a bench: a caller with a voice, who speaks over the agent."""

import asyncio
import contextlib
import json
import secrets
import time
from base64 import b64decode, b64encode
from collections import deque

import aiohttp

from local.bench.desk import Account
from local.speech import FRAME_SECONDS, SILENCE_BASE64, Ear, SpeechFrame, speak

LONGEST_SECONDS, QUIET_SECONDS = 30.0, 0.4


class Telephone:
    """One media stream through the agent's bridge. Hears what the agent says, frame by frame, and may interrupt it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, speed: float) -> None:
        self._socket, self._speed = socket, speed
        self._sid = "MZ" + secrets.token_hex(16)
        self._out: deque[bytes] = deque()
        self._ear = Ear()
        self._utterances = 0
        self._changed = asyncio.Event()
        self._silent = asyncio.Event()
        """The caller has nothing left to say."""
        self.heard = ""
        self.cleared = 0.0
        """When the carrier was last told to play nothing more of the agent's voice; monotonic seconds."""
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._talk())]

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, agent_url: str, account: Account, speed: float) -> "Telephone":
        """Connect, start, and come to where the account is talked about."""
        phone = cls(await http.ws_connect(f"{agent_url}/twilio/media", compress=0), speed)
        given = {"call_id": str(account.call_id), "call_token": account.token}
        media = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"streamSid": phone._sid, "callSid": "CA0", "mediaFormat": media, "customParameters": given}
        await phone._socket.send_str('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        await phone._socket.send_str(json.dumps({"event": "start", "streamSid": phone._sid, "start": start}))
        person = account.books.customer
        await phone.until(f"with {person.name}")
        await phone.until_quiet()
        await phone.say(f"Yes, this is {person.name}.")
        await phone.until("last four")
        await phone.until_quiet()
        await phone.say(f"{person.account_last_4}, and the postal code is {person.postal_code}.")
        await phone.until("dollars")
        await phone.until_quiet()
        return phone

    async def say(self, words: str) -> None:
        """Speak; returns when the last word is on the line."""
        self.heard = ""
        self._utterances += 1
        frames = speak(words, self._utterances, self._speed)
        self._silent.clear()
        self._out.extend(frames)
        await self._silent.wait()

    async def interrupt(self, words: str) -> float:
        """Speak over the agent; milliseconds until the last of its voice that the carrier plays."""
        began = time.monotonic()
        await self.say(words)
        async with asyncio.timeout(LONGEST_SECONDS):
            while self.cleared < began:
                await self._news()
        return (self.cleared - began) * 1000

    async def until(self, words: str) -> None:
        """Wait until the agent has said this. Raises TimeoutError."""
        async with asyncio.timeout(LONGEST_SECONDS):
            while words.lower() not in self.heard.lower():
                await self._news()

    async def until_quiet(self) -> None:
        """Wait until the agent has not been heard for a moment."""
        with contextlib.suppress(TimeoutError):
            while True:
                await asyncio.wait_for(self._news(), QUIET_SECONDS)

    async def hang_up(self) -> None:
        """Close the line."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    async def _news(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _talk(self) -> None:
        """20 ms of voice or silence each 20 ms."""
        due = time.monotonic()
        while True:
            payload = b64encode(self._out.popleft()).decode() if self._out else SILENCE_BASE64
            if not self._out:
                self._silent.set()
            await self._socket.send_str(
                f'{{"event":"media","streamSid":"{self._sid}","media":{{"track":"inbound","payload":"{payload}"}}}}'
            )
            due = max(due + FRAME_SECONDS, time.monotonic() - 1.0)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _read(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame["event"] == "clear":
                self.cleared = time.monotonic()
            elif frame["event"] == "media":
                for heard in self._ear.hear(b64decode(frame["media"]["payload"])):
                    if isinstance(heard, SpeechFrame):
                        self.heard += heard.text
            self._changed.set()
