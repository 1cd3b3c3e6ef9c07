"""An agent with a model: the stand-in endpoint, the bank, and the Line server in one loop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.conversations import Conversations
from agent.dialogue import Timing
from archer.settings import Settings
from local.llm.behaviours import Pace
from local.llm.server import StubLlm
from tests.agent.fake_api import FakeApi
from tests.agent.llm.bank import Bank
from tests.agent.running import RunningAgent, no_redaction, running_agent

PATIENT = Timing(late_transcript=0.15, silence=60.0)
"""Production's fillers; silence does not interfere."""


def settings_for(stub: StubLlm, **given: object) -> Settings:
    values = {"openai_api_key": "sk-test", "agent_model": "full", "agent_small_model": "small", **given}
    return Settings(_env_file=None, environment="test", openai_base_url=stub.url, **values)  # type: ignore[arg-type]


@pytest.fixture
async def stub() -> AsyncIterator[StubLlm]:
    endpoint = StubLlm(pace=Pace(first_token=0.02))
    await endpoint.start()
    yield endpoint
    await endpoint.stop()


@pytest.fixture
def bank(api: FakeApi) -> Bank:
    return Bank(api)


@pytest.fixture
async def talker(api: FakeApi, bank: Bank, stub: StubLlm, tmp_path: Path) -> AsyncIterator[RunningAgent]:
    conversations = Conversations(settings_for(stub), no_redaction)
    async with running_agent(api, tmp_path, script=conversations, timing=PATIENT) as running:  # type: ignore[arg-type]
        yield running
