"""The agent as a process of its own, with a test's conversation (arguments: port, spool, seconds to drain)."""

import sys
from pathlib import Path

from agent import logs
from agent.main import Agent, Options, Server
from archer.settings import Settings
from tests.agent.running import no_redaction
from tests.agent.scripted import Scripted


def main() -> None:
    port, spool, drain = int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    logs.configure()
    options = Options(new_conversation=Scripted(), redact=no_redaction, spool=spool)
    Server(Agent(Settings(_env_file=None), options), "127.0.0.1", port, drain).run()


if __name__ == "__main__":
    main()
