"""Run the Cartesia stand-in: `python -m local.cartesia --port P --agent-url http://127.0.0.1:8080 [--line-token T]`."""

import argparse

from aiohttp import web

from local.cartesia.app import create_app
from local.cartesia.config import CartesiaConfig
from local.speech import MAX_SPEED


def main() -> None:
    """Parse the command line and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.cartesia", description="Stand-in for Cartesia's agents.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--agent-url", required=True, help="where the agent's Line server answers /chats and /ws")
    parser.add_argument("--line-token", default="", help="presented to the Line server as a bearer token")
    parser.add_argument("--api-key", default="", help="what clients must present; any key when left out")
    parser.add_argument("--speed", type=float, default=1.0, help=f"times faster than in life, up to {MAX_SPEED:g}")
    parser.add_argument("--endpoint-ms", type=float, default=100.0, help="silence after which a turn is over")
    given = parser.parse_args()
    if not 0 < given.speed <= MAX_SPEED:
        parser.error(f"--speed must be above 0 and at most {MAX_SPEED:g}, is {given.speed}")
    if not given.agent_url.startswith(("http://", "https://")):
        parser.error(f"--agent-url must begin with http:// or https://, is {given.agent_url!r}")
    config = CartesiaConfig(
        agent_url=given.agent_url,
        line_token=given.line_token,
        api_key=given.api_key,
        speed=given.speed,
        endpoint_seconds=given.endpoint_ms / 1000,
        api_base_url=f"http://{given.host}:{given.port}",
    )
    web.run_app(create_app(config), host=given.host, port=given.port, access_log=None, print=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
