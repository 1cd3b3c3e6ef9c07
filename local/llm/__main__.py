"""`python -m local.llm --port P --first-token-ms 200`: the stand-in for a language model, until it is stopped."""

import argparse
import asyncio
import json
import signal
import sys

from local.llm.behaviours import BEHAVIOURS, Pace
from local.llm.server import StubLlm


def _pair(text: str) -> tuple[str, str]:
    model, equals, behaviour = text.partition("=")
    if not equals or behaviour not in BEHAVIOURS:
        raise argparse.ArgumentTypeError(f"MODEL=BEHAVIOUR expected, with one of {', '.join(BEHAVIOURS)}")
    return model, behaviour


async def _serve(stub: StubLlm, host: str, port: int) -> None:
    url = await stub.start(host, port)
    print(json.dumps({"ready": True, "openai_base_url": url}), flush=True)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    await stub.stop()


def main(arguments: list[str] | None = None) -> int:
    """0 when it was stopped, 2 when it could not listen."""
    parser = argparse.ArgumentParser(prog="python -m local.llm", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: a free one, named on the first line")
    parser.add_argument("--first-token-ms", type=float, default=200.0)
    parser.add_argument("--token-ms", type=float, default=0.0, help="between two tokens")
    parser.add_argument("--behave", type=_pair, action="append", default=[], metavar="MODEL=BEHAVIOUR")
    given = parser.parse_args(arguments)
    pace = Pace(given.first_token_ms / 1000, given.token_ms / 1000)
    try:
        asyncio.run(_serve(StubLlm(pace=pace, chosen=dict(given.behave), keep=0), given.host, given.port))
    except OSError as error:
        print(f"cannot listen on {given.host}:{given.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
