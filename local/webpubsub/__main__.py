"""`python -m local.webpubsub --port N --access-key KEY`: the Web PubSub stand-in as a process of its own."""

import argparse
import sys

from aiohttp import web

from local.webpubsub.app import create_app


def main() -> int:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.webpubsub", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--access-key", required=True, help="at least 32 bytes; the AccessKey of the connection string")
    parser.add_argument("--hub", action="append", dest="hubs", help="a hub that exists; any when not given")
    options = parser.parse_args()
    try:
        app = create_app(options.access_key, options.hubs)
    except ValueError as error:
        parser.error(str(error))
    web.run_app(app, host=options.host, port=options.port, print=None, access_log=None, shutdown_timeout=3)
    return 0


if __name__ == "__main__":
    sys.exit(main())
