"""What goes wrong on purpose: failures of the carrier that tests switch on through `/_test/faults`."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class RestFault(BaseModel):
    """The next `times` REST requests that fit go wrong."""

    model_config = ConfigDict(extra="forbid")

    path: str = r"/Calls\.json$"
    """Regular expression, searched in the path."""
    method: str = "POST"
    effect: Literal["error", "hang", "cut"] = "error"
    """`error`: answered with `code`, nothing done. `hang`: done, but the answer never comes. `cut`: done, then the
    connection is broken."""
    code: int = 20500
    """Twilio's error code; 20500 comes with HTTP 500, 20503 with 503, 20429 with 429."""
    times: int = Field(default=1, ge=1)

    @field_validator("path")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from error
        return value


class Faults(BaseModel):
    """All switches; the default is a carrier that works."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    duplicate_callbacks: bool = False
    """Every status, AMD, recording and message callback is delivered twice."""
    duplicate_requests: bool = False
    """Every request for TwiML is delivered twice, as after an answer that was lost; the call goes on with the second
    answer, and an answer that differs from the first is an error in the call's log."""
    reverse_callbacks: bool = False
    """The callbacks of a call (or message) are held until its last one and then delivered last first."""
    delay_callbacks: float = Field(default=0.0, ge=0, le=60)
    """Seconds by which each callback comes late."""
    drop_callbacks: list[str] = []
    """Statuses whose callback never comes (`completed`, `in-progress`, `human`, `delivered`, …); `*` for all."""
    rest: list[RestFault] = []
    calls_per_second: float = Field(default=0.0, ge=0)
    """More calls than that in a second are refused with 20429; 0 sets no limit."""
    concurrent_calls: int = Field(default=0, ge=0)
    """More calls than that at once are refused with 10004; 0 sets no limit."""

    def next_rest_fault(self, method: str, path: str) -> RestFault | None:
        """The fault for this request, used up by asking."""
        for fault in self.rest:
            if fault.method == method and re.search(fault.path, path):
                fault.times -= 1
                if fault.times == 0:
                    self.rest.remove(fault)
                return fault
        return None

    def drops(self, status: str) -> bool:
        """Whether the callback about this status gets lost."""
        return "*" in self.drop_callbacks or status in self.drop_callbacks
