"""What `host.json` and the application settings say, with the defaults that Azure documents.

Queues: learn.microsoft.com "Azure Queue storage trigger and bindings", host.json settings. Durable: "host.json
settings" of Durable Functions (the limits on concurrency default to ten for each processor). Any value can be
overridden by a setting `AzureFunctionsJobHost__section__name`, as on Azure.
"""

import json
import logging
import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.functions.errors import LoadError

TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?")
SETTING = re.compile(r"%([^%]+)%")
COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
"""Comments of a JSON file (allowed in host.json), and strings, in which they are none."""
OVERRIDE = "AzureFunctionsJobHost__"

log = logging.getLogger("local.functions")


def timespan(text: str) -> timedelta:
    """A .NET TimeSpan (`[d.]hh:mm[:ss[.fff]]`); raises ValueError when the text is none."""
    match = TIMESPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a time span like 00:00:30 or 1.00:00:00")
    days, hours, minutes, seconds, fraction = match.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        raise ValueError(f"{text!r} is not a time span: hours go to 23, minutes and seconds to 59")
    return timedelta(
        days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0) + float(fraction or 0)
    )


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """Replace every `%NAME%` by the application setting of that name; raises ValueError when one is not set."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in environ:
            raise ValueError(f"%{name}% does not resolve to a value: the application setting is not set")
        return environ[name]

    return SETTING.sub(value, text)


@dataclass(frozen=True)
class QueueOptions:
    """How queue triggers read, in wall-clock time."""

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_dequeue_count: int = 5
    visibility_timeout: timedelta = timedelta(0)
    """How long a message whose function failed stays invisible before the next try."""
    max_polling_interval: timedelta = timedelta(minutes=1)
    base64: bool = True


@dataclass(frozen=True)
class HostOptions:
    """What the host obeys; every field has Azure's default."""

    route_prefix: str = "api"
    max_body: int = 104_857_600
    """Largest HTTP request body, bytes."""
    hub: str = "TestHubName"
    max_activities: int = field(default_factory=lambda: 10 * (os.cpu_count() or 1))
    max_orchestrators: int = field(default_factory=lambda: 10 * (os.cpu_count() or 1))
    default_version: str | None = None
    http_poll_interval: timedelta = timedelta(seconds=30)
    """Wait between polls of a 202 answer to a durable HTTP call that names no Retry-After."""
    queues: QueueOptions = field(default_factory=QueueOptions)


def _overridden(document: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    for name, value in environ.items():
        if not name.startswith(OVERRIDE):
            continue
        *sections, key = name.removeprefix(OVERRIDE).split("__")
        place = document
        for section in sections:
            place = place.setdefault(section, {})
        place[key] = value
    return document


class _Section:
    """One section of host.json, read with errors that name the value."""

    def __init__(self, path: str, values: Any) -> None:
        if not isinstance(values, dict):
            raise LoadError(f"host.json: {path} must be an object")
        self._path, self._values = path, values

    def text(self, name: str, default: str) -> str:
        return str(self._values.get(name, default))

    def number(self, name: str, default: int, least: int, most: int | None = None) -> int:
        value = self._values.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise LoadError(f"host.json: {self._path}.{name} must be a whole number, is {value!r}") from None
        if number < least or (most is not None and number > most):
            raise LoadError(f"host.json: {self._path}.{name} must be {least} to {most or 'any number'}, is {number}")
        return number

    def span(self, name: str, default: timedelta, least: timedelta = timedelta(0)) -> timedelta:
        value = self._values.get(name)
        if value is None:
            return default
        try:
            span = timespan(str(value))
        except ValueError as error:
            raise LoadError(f"host.json: {self._path}.{name}: {error}") from None
        if span < least:
            raise LoadError(f"host.json: {self._path}.{name} must be at least {least}, is {value}")
        return span


def _queue_options(section: _Section) -> QueueOptions:
    batch = section.number("batchSize", 16, 1, 32)
    encoding = section.text("messageEncoding", "base64").lower()
    if encoding not in ("base64", "none"):
        raise LoadError(f"host.json: extensions.queues.messageEncoding must be base64 or none, is {encoding!r}")
    return QueueOptions(
        batch_size=batch,
        new_batch_threshold=section.number("newBatchThreshold", batch // 2, 0),
        max_dequeue_count=section.number("maxDequeueCount", 5, 1),
        visibility_timeout=section.span("visibilityTimeout", timedelta(0)),
        max_polling_interval=section.span("maxPollingInterval", timedelta(minutes=1), timedelta(milliseconds=100)),
        base64=encoding == "base64",
    )


def _document(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    text = COMMENT.sub(lambda match: match.group(1) or " ", path.read_text(encoding="utf-8-sig")).strip()
    try:
        document, end = json.JSONDecoder().raw_decode(text)
    except ValueError as error:
        raise LoadError(f"{path.name} is not JSON: {error}") from None
    if end < len(text):
        log.warning("%s: what follows its JSON object is ignored", path.name)
    if not isinstance(document, dict):
        raise LoadError(f"{path.name} must hold a JSON object")
    return document


def read_host_options(app: Path, environ: Mapping[str, str]) -> HostOptions:
    """The options of an app folder; raises LoadError when host.json says something Azure would refuse."""
    extensions = _overridden(_document(app / "host.json"), environ).get("extensions") or {}
    if not isinstance(extensions, dict):
        raise LoadError("host.json: extensions must be an object")
    http = _Section("extensions.http", extensions.get("http") or {})
    durable = _Section("extensions.durableTask", extensions.get("durableTask") or {})
    defaults = HostOptions()
    call_http = _Section(
        "extensions.durableTask.httpSettings", (extensions.get("durableTask") or {}).get("httpSettings") or {}
    )
    return HostOptions(
        route_prefix=http.text("routePrefix", "api").strip("/"),
        max_body=http.number("maxRequestBodyBytes", defaults.max_body, 1),
        hub=resolve(durable.text("hubName", defaults.hub), environ),
        max_activities=durable.number("maxConcurrentActivityFunctions", defaults.max_activities, 1),
        max_orchestrators=durable.number("maxConcurrentOrchestratorFunctions", defaults.max_orchestrators, 1),
        default_version=durable.text("defaultVersion", "") or None,
        http_poll_interval=timedelta(
            milliseconds=call_http.number("defaultAsyncRequestSleepTimeMilliseconds", 30_000, 1)
        ),
        queues=_queue_options(_Section("extensions.queues", extensions.get("queues") or {})),
    )


def apply_local_settings(app: Path, environ: MutableMapping[str, str]) -> None:
    """Put the `Values` of `local.settings.json` into the environment, where it does not say otherwise already."""
    values = _document(app / "local.settings.json").get("Values") or {}
    if not isinstance(values, dict):
        raise LoadError("local.settings.json: Values must be an object")
    for name, value in values.items():
        environ.setdefault(name, value if isinstance(value, str) else json.dumps(value))
