"""The tools as the model sees them, and a look at its arguments before anything is done with them.

Schemas come from the API with the session; `end_call` is the conversation's own. Verification is not the model's: it is
over before the model speaks (I-06).
"""

import json
from collections.abc import Sequence
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import TypeAdapter

from agent.llm.events import ToolCall
from archer.protocol import ToolSchema

_TOOL_LIST = TypeAdapter(list[ToolSchema])
END_CALL = "end_call"
NOT_THE_MODELS = frozenset({"verify_account"})
LONGEST_ARGUMENTS = 4000
_END_CALL_SCHEMA = ToolSchema(
    name=END_CALL,
    description="End the call with a goodbye, once the caller has taken leave or nothing is left to do.",
    parameters={"type": "object", "properties": {"reason": {"type": "string", "maxLength": 200}}},
)


_TOOLBOXES: dict[str, "Toolbox"] = {}
_MOST_TOOLBOXES = 8
"""One for each version of the API during a change from one to the next, and room for more."""


def toolbox(schemas: Sequence[ToolSchema]) -> "Toolbox":
    """The toolbox of these tools: calls that are offered the same share one."""
    key = _TOOL_LIST.dump_json(list(schemas)).decode()
    found = _TOOLBOXES.get(key)
    if found is None:
        if len(_TOOLBOXES) >= _MOST_TOOLBOXES:
            _TOOLBOXES.clear()
        found = _TOOLBOXES[key] = Toolbox(schemas)
    return found


class BadCall(ValueError):
    """A tool call that cannot be used; `error` is the stable word, the message says to the model what to do."""

    def __init__(self, error: str, problem: str) -> None:
        super().__init__(problem)
        self.error = error

    def result(self) -> str:
        """As the answer of a tool."""
        return json.dumps({"ok": False, "error": self.error, "problem": str(self)})


class Toolbox:
    """The tools of any number of calls that are offered the same."""

    def __init__(self, schemas: Sequence[ToolSchema]) -> None:
        offered = [*(schema for schema in schemas if schema.name not in NOT_THE_MODELS), _END_CALL_SCHEMA]
        self._validators = {schema.name: Draft202012Validator(schema.parameters) for schema in offered}
        shown = [
            {
                "type": "function",
                "function": {"name": schema.name, "description": schema.description, "parameters": schema.parameters},
            }
            for schema in offered
        ]
        self.for_model = json.dumps(shown, separators=(",", ":")).encode()
        """As the chat completions API takes them, encoded."""

    def arguments(self, call: ToolCall) -> dict[str, Any]:
        """The checked arguments. Raises BadCall for an unknown tool, bad JSON or what the schema refuses."""
        validator = self._validators.get(call.name)
        if validator is None:
            raise BadCall("unknown_tool", f"there is no tool of this name; use one of {', '.join(self._validators)}")
        if len(call.arguments) > LONGEST_ARGUMENTS:
            raise BadCall("invalid_arguments", "the arguments are too long")
        try:
            given = json.loads(call.arguments or "{}")
        except ValueError:
            raise BadCall("invalid_arguments", "the arguments are not valid JSON") from None
        if not isinstance(given, dict):
            raise BadCall("invalid_arguments", "the arguments must be a JSON object")
        arguments = {
            name: _as_text(value) if _wants_text(validator.schema, name) else value
            for name, value in given.items()
            if value is not None
        }
        for error in validator.iter_errors(arguments):
            where = ".".join(str(part) for part in error.absolute_path) or "arguments"
            raise BadCall("invalid_arguments", f"{where}: {error.message[:200]}")
        return arguments


def _wants_text(schema: dict[str, Any], name: str) -> bool:
    """The property is a string and may not be a number."""
    wanted = schema.get("properties", {}).get(name, {})
    kinds = {wanted.get("type"), *(option.get("type") for option in wanted.get("anyOf", ()))}
    return "string" in kinds and not kinds & {"number", "integer"}


def _as_text(value: Any) -> Any:
    """Amounts come as numbers or with a dollar sign now and then; they are the same amounts."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, str) and value.startswith("$"):
        return value[1:].replace(",", "")
    return value
