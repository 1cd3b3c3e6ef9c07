"""Show a call in a terminal: who speaks, which tools run, what happens, and a summary at the end."""

import os
import sys
import textwrap
import time
from typing import Any, TextIO

_WIDTH = 100
_COLORS = {"agent": "36", "customer": "33", "tool": "35", "event": "90", "alert": "31", "good": "32", "bad": "31"}


class Terminal:
    """Writes lines to a stream, in color where it is a terminal that wants it."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._color = stream.isatty() and "NO_COLOR" not in os.environ
        self._started = time.monotonic()

    def line(self, text: str = "", style: str = "") -> None:
        """One line, as it is."""
        code = _COLORS.get(style)
        print(f"\033[{code}m{text}\033[0m" if self._color and code else text, file=self._stream, flush=True)

    def _entry(self, who: str, text: str, style: str) -> None:
        stamp = f"{time.monotonic() - self._started:6.1f} s  {who:>9}  "
        wrapped = textwrap.wrap(text, _WIDTH - len(stamp)) or [""]
        self.line(stamp + wrapped[0], style)
        for rest in wrapped[1:]:
            self.line(" " * len(stamp) + rest, style)

    def event(self, event: dict[str, Any]) -> None:
        """One live event."""
        data = event["data"]
        match event["type"]:
            case "call_transcript":
                cut = " —" if data.get("interrupted") else ""
                self._entry(data["speaker"], data["text"] + cut, data["speaker"])
            case "call_tool_execution":
                result = "ok" if data["ok"] else data["error"]
                arguments = ", ".join(f"{name}={value}" for name, value in data["arguments"].items())
                self._entry("tool", f"{data['tool']}({arguments}) → {result}", "tool")
            case "call_status_update":
                self._entry("call", data["status"].replace("_", " "), "event")
            case "call_started":
                self._entry("call", "the agent has taken the call", "event")
            case "call_ended":
                self._entry("call", f"ended: {str(data['disposition']).replace('_', ' ')}", "event")
            case "alert":
                self._entry("alert", str(data.get("alert", "")).replace("_", " "), "alert")
            case other:
                self._entry("event", other, "event")

    def summary(self, call: dict[str, Any], problems: list[str], event_count: int) -> None:
        """What came of the call."""
        tools = [entry["tool"]["name"] for entry in call["entries"] if entry["kind"] == "tool"]
        turns = sum(entry["kind"] == "transcript" for entry in call["entries"])
        latency = ", ".join(f"{name.replace('_', ' ')} {value:.0f}" for name, value in call["latency_ms"].items())
        self.line()
        rows = {
            "outcome": f"{call['status']}, {call['disposition']}, "
            + ("verified" if call["verified"] else "not verified"),
            "summary": call["summary"],
            "arrangement": "; ".join(_arrangement(a) for a in call["arrangements"]) or "none",
            "restriction": (call["restriction"] or {}).get("kind", "none"),
            "texts": ", ".join(message["status"] for message in call["messages"]) or "none",
            "tools": ", ".join(tools) or "none",
            "record": f"{turns} lines, {len(call['entries'])} entries, {event_count} live events received",
            "latency": f"{latency} (ms)" if latency else "none measured",
        }
        for name, value in rows.items():
            self.line(f"{name:>12}  {value}")
        for problem in problems:
            self.line(f"{'wrong':>12}  {problem}", "bad")
        if not problems:
            self.line(f"{'result':>12}  as it should be", "good")


def _arrangement(row: dict[str, Any]) -> str:
    parts = [row["kind"], f"${row['amount']}" if row["amount"] else "", (row["method"] or "").replace("_", " ")]
    due = f"due {row['due_date']}" if row["due_date"] else ""
    return " ".join(part for part in (*parts, due, f"({row['status']})") if part)
