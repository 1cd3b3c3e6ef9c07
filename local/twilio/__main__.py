"""Run the Twilio stand-in: `python -m local.twilio --port P --account-sid AC… --auth-token T [--callers NAME]`."""

import argparse

from aiohttp import web

from local.callers import every, find
from local.speech import MAX_SPEED
from local.twilio.app import create_app
from local.twilio.carrier import CarrierConfig


def main() -> None:
    """Parse the command line and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.twilio", description="Stand-in for Twilio on one machine.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token", required=True)
    parser.add_argument("--callers", default="pays_by_link", metavar="NAME", help=f"one of {', '.join(every())}")
    parser.add_argument("--speed", type=float, default=1.0, help=f"times faster than in life, up to {MAX_SPEED:g}")
    parser.add_argument("--voice-url", default="", help="asked for TwiML when somebody calls in")
    parser.add_argument("--sms-url", default="", help="told when a text message comes in")
    given = parser.parse_args()
    if not 0 < given.speed <= MAX_SPEED:
        parser.error(f"--speed must be above 0 and at most {MAX_SPEED:g}, is {given.speed}")
    try:
        find(given.callers)
    except ValueError as error:
        parser.error(str(error))
    config = CarrierConfig(
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        callers=given.callers,
        speed=given.speed,
        voice_url=given.voice_url,
        sms_url=given.sms_url,
        public_url=f"http://{given.host}:{given.port}",
    )
    web.run_app(create_app(config), host=given.host, port=given.port, access_log=None, print=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
