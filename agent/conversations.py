"""Which conversation a call gets, from the settings: with a language model when there is a key for one, else the rules.

What only a model needs (its backend, JSON schema, templates) is imported when there is a key, and warmed up then: the
first turn of the first call costs what the others do.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from agent.llm.conversation import LlmConversation
from agent.redacting import Redact, safely
from archer.compliance.guardrail import Guard, SpeechState
from archer.conversation.understanding import TRAINED
from archer.protocol import Session
from archer.resilience import State
from archer.settings import Settings

if TYPE_CHECKING:
    from agent.llm.mind import Mind

KEEP_ALIVE_SECONDS = 75.0
"""Connections to the model stay open between turns."""
log = logging.getLogger("agent.conversations")


class Conversations:
    """Makes the conversations of this process. Raises ImportError, OSError or ValueError when a part is unusable."""

    def __init__(self, settings: Settings, redact: Redact) -> None:
        self._settings, self._redact = settings, safely(redact)
        self.mind: Mind | None = None
        """The models, while `running`."""
        TRAINED.classify("hello", None)
        TRAINED.extract("amount", "fifty dollars", {})
        Guard(SpeechState()).check("hello")
        self._has_key = bool(settings.openai_api_key.get_secret_value())
        if self._has_key:
            import agent.llm.handover
            import agent.llm.mind
            import agent.llm.turn  # noqa: F401 - with all that it needs

    def circuits(self) -> dict[str, State]:
        """The models' circuit breakers, for the health page; none without a key."""
        return {} if self.mind is None else self.mind.ladder.states()

    def __call__(self, session: Session) -> LlmConversation:
        """The conversation of one call, where an earlier session of it stopped."""
        if self.mind is not None:
            self.mind.prepare()
        conversation = self._new(session)
        try:
            conversation.restore(session.state.conversation)
        except (ValidationError, KeyError):
            log.error("call %s: the snapshot of the earlier session is not readable; beginning anew", session.call_id)
            return self._new(session)
        return conversation

    def _new(self, session: Session) -> LlmConversation:
        return LlmConversation(
            session,
            self.mind,
            best_level=session.degradation_level,
            configured_level=self._settings.agent_level,
            redact=self._redact,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connections to the model, for as long as the process serves."""
        if not self._has_key:
            yield
            return
        import aiohttp

        from agent.llm.backend import ChatBackend
        from agent.llm.ladder import Ladder, TurnBudget
        from agent.llm.mind import Mind

        settings = self._settings
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
            key = settings.openai_api_key.get_secret_value()
            budget = TurnBudget(
                first_token=settings.agent_first_token_seconds, sentence=settings.agent_first_sentence_seconds
            )
            ladder = Ladder([settings.agent_model, settings.agent_small_model])
            self.mind = Mind(ChatBackend(http, settings.openai_base_url, key), ladder, budget)
            try:
                yield
            finally:
                self.mind = None
