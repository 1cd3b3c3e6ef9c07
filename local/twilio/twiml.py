"""TwiML: documents, and the verbs that calls of this system use.

https://www.twilio.com/docs/voice/twiml. Known are Connect with Stream, Say, Play, Pause, Gather, Dial, Redirect,
Record, Hangup, Reject and Leave; anything else ends the call with an error in its log, so that a test notices.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from local.callers.engine import Reply
from local.speech import duration

if TYPE_CHECKING:
    from local.twilio.live import LiveCall

_POLL_SECONDS = 0.05
_SHORTEST_WAIT_SECONDS = 1.0


class CallOver(Exception):
    """The TwiML says to end the call, or there is none to go on with."""


@dataclass(frozen=True)
class Document:
    """A parsed <Response> and the URL that relative URLs in it are resolved against."""

    root: Element
    base: str = ""

    @classmethod
    def parse(cls, text: str, base: str = "") -> "Document":
        """Read TwiML. Raises ValueError that says what is wrong with it."""
        try:
            # The application is our own and the documents are small; entity tricks are its own loss.
            root = ElementTree.fromstring(text.strip())  # noqa: S314
        except ElementTree.ParseError as error:
            raise ValueError(f"the document is not XML: {error}") from error
        if root.tag != "Response":
            raise ValueError(f"the root element is <{root.tag}>, not <Response>")
        return cls(root, base)

    @classmethod
    def inline(cls, text: str) -> "Document":
        """TwiML given with the call itself, which was checked on acceptance."""
        return cls.parse(text)

    def url(self, reference: str) -> str:
        """A URL in this document, made absolute."""
        return urljoin(self.base, reference.strip()) if self.base else reference.strip()


Verb = Callable[["LiveCall", Element, Document], Awaitable[Document | None]]
"""Carries out one verb; a document that it returns replaces the rest of the present one."""


async def run_document(call: "LiveCall", document: Document) -> None:
    """Follow a document and those it leads to, to the end. Raises CallOver when a verb ends the call."""
    from local.twilio.verbs import VERBS

    following: Document | None = document
    while following is not None:
        document, following = following, None
        for element in document.root:
            verb = VERBS.get(element.tag)
            if verb is None:
                call.error(12200, f"<{element.tag}> is not a verb that this stand-in knows")
                raise CallOver
            following = await verb(call, element, document)
            if following is not None:
                break


async def follow_action(
    call: "LiveCall", element: Element, document: Document, params: dict[str, str]
) -> Document | None:
    """Report the outcome of a verb to its `action` URL and go on with what comes back; None when it has none."""
    action = element.get("action")
    if not action:
        return None
    return await call.fetch(document.url(action), element.get("method", "POST"), params)


async def say(call: "LiveCall", text: str) -> None:
    """The carrier's own voice reads a sentence to the person."""
    text = " ".join(text.split())
    if not text:
        return
    await asyncio.sleep(duration(text, call.carrier.speed))
    call.mark("first_words")
    call.phone.hear_text(text, asyncio.get_running_loop().time())


async def say_and_listen(call: "LiveCall", text: str, kinds: frozenset[str]) -> Reply | None:
    """Read a sentence word by word; what the person does meanwhile, if it breaks the sentence off: keys, or words
    where speech is asked for."""
    loop = asyncio.get_running_loop()
    words = text.split()
    for number, word in enumerate(words):
        await asyncio.sleep(duration(f"{word} ", call.carrier.speed))
        call.mark("first_words")
        call.phone.hear_text(f" {word}" if number else word, loop.time(), goes_on=number > 0)
        reply = await _reply(call, kinds)
        if reply is not None:
            if number + 1 < len(words):
                call.phone.note_interrupted()
            return reply
    return None


async def listen(call: "LiveCall", seconds: float, kinds: frozenset[str]) -> Reply | None:
    """Wait for the person to press keys or to speak, whichever is asked for (`dtmf`, `speech`), for at most so long at
    natural speed. Raises CallOver on hanging up."""
    loop = asyncio.get_running_loop()
    until = loop.time() + max(min(_SHORTEST_WAIT_SECONDS, seconds / 2), seconds / call.carrier.speed)
    while loop.time() < until:
        reply = await _reply(call, kinds)
        if reply is not None:
            return reply
        await asyncio.sleep(_POLL_SECONDS)
    return None


async def _reply(call: "LiveCall", kinds: frozenset[str]) -> Reply | None:
    """What the person does now; words that nobody listens to are spoken and lost. Raises CallOver on hanging up."""
    loop = asyncio.get_running_loop()
    if call.phone.keys and "dtmf" in kinds:
        keys = "".join(call.phone.keys)
        call.phone.keys.clear()
        return Reply(press=keys)
    reply = call.phone.caller.poll(loop.time())
    if reply is None:
        return None
    if reply.say:
        call.phone.note_said(reply.say)
        await asyncio.sleep(duration(reply.say, call.carrier.speed))
        call.phone.caller.spoke(loop.time())
    if reply.hang_up:
        call.hang_up("callee")
        raise CallOver
    return reply if (reply.press and "dtmf" in kinds) or (reply.say and "speech" in kinds) else None


def check_stream_url(url: str) -> str:
    """What is wrong with the URL of a <Stream>; empty when nothing is."""
    split = urlsplit(url)
    if split.scheme not in ("wss", "ws") or not split.netloc:
        return f"the URL of a stream must be wss://…, is {url!r}"
    if split.query:
        return "the URL of a stream must have no query string; use <Parameter>"
    return ""
