"""`python -m agent --host H --port P`: the agent container app. Exit 2 with one line when it cannot start."""

import argparse
import sys

from pydantic import SecretStr, ValidationError

NOT_HELD = SecretStr("the agent neither signs nor checks tokens")
"""The agent is given tokens and passes them on; the secrets behind them stay with the API."""


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and the settings, then serve."""
    parser = argparse.ArgumentParser(prog="python -m agent", description="Media bridge and Line server for calls.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    given = parser.parse_args(arguments)

    from agent import logs
    from agent.conversations import Conversations
    from agent.main import Options, serve
    from agent.redacting import load
    from archer.settings import Settings

    logs.configure()
    try:
        settings = Settings(call_token_secret=NOT_HELD, link_token_secret=NOT_HELD)
        redact = load()
        conversations = Conversations(settings, redact)
        options = Options(
            new_conversation=conversations,
            redact=redact,
            opened=conversations.running,
            models=conversations.circuits,
        )
        serve(settings, options, given.host, given.port)
    except ValidationError as error:
        names = ", ".join(str(item["loc"][0]) if item["loc"] else str(item["msg"]) for item in error.errors())
        print(f"the settings are not usable: {names}", file=sys.stderr)
        return 2
    except (ImportError, OSError, ValueError) as error:
        print(f"the agent cannot start: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
