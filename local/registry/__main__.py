"""`python -m local.registry --port N [--key KEY]`: a reassigned numbers service with answers fixed by the number.

Numbers that end in 0199 have been reassigned, for those that end in 0198 the database has no data, all others have
not: the three answers of the FCC's Reassigned Numbers Database. The day of the query is that of the policy clock.
"""

import argparse
import hmac
import os
import re
import sys
from datetime import date

from aiohttp import web

from archer.clock import CLOCK, Clock

E164 = re.compile(r"\+[1-9]\d{6,14}")
RESULTS = {"0199": "yes", "0198": "no_data"}


def create_app(key: str, clock: Clock = CLOCK) -> web.Application:
    """The service; `key` is the bearer key that callers must present, empty for anybody."""

    async def query(request: web.Request) -> web.Response:
        if key and not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {key}"):
            raise web.HTTPUnauthorized(text="the Authorization header must be `Bearer` and the service's key")
        number, since = request.match_info["number"], request.query.get("since", "")
        if not E164.fullmatch(number):
            raise web.HTTPBadRequest(text="the number must be E.164, such as +12065550100")
        today = clock.now().date()
        try:
            if date.fromisoformat(since) > today:
                raise web.HTTPBadRequest(text="since lies in the future")
        except ValueError as error:
            raise web.HTTPBadRequest(text="since must be a date, YYYY-MM-DD") from error
        return web.json_response(
            {"number": number, "result": RESULTS.get(number[-4:], "no"), "queried_on": today.isoformat()}
        )

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_get("/v1/numbers/{number}", query)
    app.router.add_get("/health", health)
    return app


def main() -> int:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.registry", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", default=os.environ.get("REASSIGNED_NUMBERS_API_KEY", ""))
    options = parser.parse_args()
    web.run_app(create_app(options.key), host=options.host, port=options.port, print=None, access_log=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
