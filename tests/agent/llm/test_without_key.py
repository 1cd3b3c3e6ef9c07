"""Without a key nothing of a model is loaded: the agent stays small."""

import json
import subprocess
import sys

PROGRAM = """
import asyncio, json, sys
import psutil
import agent.__main__
from agent import logs
from agent.conversations import Conversations
from agent.main import Agent, Options
from agent.redacting import load
from archer.settings import Settings

settings = Settings(_env_file=None, environment="test", openai_api_key=sys.argv[1])
conversations = Conversations(settings, load())

async def serve():
    agent = Agent(settings, Options(conversations, load(), opened=conversations.running))
    async with agent.running():
        costly = ("litellm", "openai", "jsonschema", "jinja2", "agent.llm.backend", "agent.llm.mind", "agent.llm.turn")
        heavy = [name for name in costly if name in sys.modules]
        rss = psutil.Process().memory_info().rss / 1e6
        print(json.dumps({"heavy": heavy, "rss": rss, "mind": conversations.mind is not None}))

asyncio.run(serve())
"""


def loaded(key: str) -> dict[str, object]:
    run = subprocess.run([sys.executable, "-c", PROGRAM, key], capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_without_a_key() -> None:
    found = loaded("")
    assert found["heavy"] == []
    assert found["mind"] is False
    assert float(str(found["rss"])) < 90


def test_with_a_key_litellm_is_not_needed_either() -> None:
    found = loaded("sk-test")
    assert "litellm" not in str(found["heavy"])
    assert "openai" not in str(found["heavy"])
    assert found["mind"] is True
    assert float(str(found["rss"])) < 110
