"""Twilio's errors as its REST API answers them: a code, a sentence, a page about it, the HTTP status.

Codes and statuses: https://www.twilio.com/docs/api/errors.
"""

from dataclasses import dataclass
from typing import Any

_CATALOGUE: dict[int, tuple[int, str]] = {
    10004: (429, "Call concurrency limit exceeded"),
    20001: (400, "Invalid parameter: {detail}"),
    20003: (401, "Authentication Error - invalid username"),
    20004: (405, "Method not allowed"),
    20404: (404, "The requested resource {detail} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {detail}"),
    21210: (400, "'From' phone number not verified: {detail}"),
    21211: (400, "Invalid 'To' Phone Number: {detail}"),
    21212: (400, "Invalid 'From' Phone Number: {detail}"),
    21213: (400, "No 'From' number is specified"),
    21217: (400, "Phone number does not appear to be valid: {detail}"),
    21218: (400, "Neither Url nor Twiml is specified"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL {detail} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number: {detail}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21626: (400, "Call event notifications contain invalid value(s): {detail}"),
}


@dataclass
class TwilioError(Exception):
    """A request that Twilio would refuse."""

    code: int
    detail: str = ""

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _CATALOGUE[self.code][0]

    def body(self) -> dict[str, Any]:
        """The answer as Twilio words it."""
        return {
            "code": self.code,
            "message": _CATALOGUE[self.code][1].format(detail=self.detail),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
