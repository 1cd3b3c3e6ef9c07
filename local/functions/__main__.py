"""Serve an app folder: `python -m local.functions APP_DIR --port N --state FILE.sqlite`."""

import argparse
import asyncio
import logging
import os
import signal
import sqlite3
import sys
from pathlib import Path

from local.functions.configuration import apply_local_settings
from local.functions.errors import LoadError

CHATTY = ("azure", "httpx", "twilio", "uvicorn")
"""Libraries that log every request at INFO; its URL or headers may name a customer."""

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while others want it: orchestrators run in threads, and with the default
of 5 ms each request would wait that long for them."""

log = logging.getLogger("local.functions")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.functions", description="Local Azure Functions host")
    parser.add_argument("app", type=Path, metavar="APP_DIR", help="folder with function_app.py and host.json")
    parser.add_argument("--port", type=int, default=7071, help="HTTP port, 0 for a free one (default 7071)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default 127.0.0.1)")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file of the task hub; made when missing")
    parser.add_argument("--key", help="key that HTTP functions ask for unless they are anonymous (default: none)")
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    from local.functions.host import Host
    from local.functions.server import serving

    host = Host(arguments.app, state=arguments.state, key=arguments.key)
    stopping, task = asyncio.Event(), asyncio.current_task()

    def stop() -> None:
        stopping.set()
        if not host.serving and task is not None:
            task.cancel()  # still starting, or told for the second time

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    async with serving(host, arguments.host, arguments.port) as port:
        log.info("serving %s at http://%s:%d", host.app.folder, arguments.host, port)
        await stopping.wait()
        log.info("stopping")


def main() -> int:
    """Run until a signal; the exit code: 0, or 2 when the app cannot be served."""
    arguments = _arguments()
    logging.basicConfig(
        level=arguments.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    for library in CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        apply_local_settings(arguments.app, os.environ)
        arguments.state.parent.mkdir(parents=True, exist_ok=True)
        import uvloop

        sys.setswitchinterval(SWITCH_SECONDS)

        uvloop.run(_serve(arguments))
    except asyncio.CancelledError:
        return 0
    except (LoadError, OSError, sqlite3.Error) as error:
        sys.stderr.write(f"local.functions: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # threads of given-up functions must not keep the process
