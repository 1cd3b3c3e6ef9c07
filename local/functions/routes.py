"""HTTP routes: ASP.NET Core templates, as `route=` takes them, and which of several that match wins.

Templates, constraints and precedence: learn.microsoft.com, "Routing in ASP.NET Core", which Azure Functions uses.
Literals beat constrained parameters, these beat parameters, these beat catch-alls; case does not matter.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.functions.invocation import BoundFunction

Check = Callable[[str], bool]
BRACED = re.compile(r"\{((?:\{\{|\}\}|[^{}])+)\}")
PARAMETER = re.compile(r"(\*{0,2})(\w+)((?::\w+(?:\(.*?\))?(?=[:=?]|$))*)(?:=(.*?))?(\?)?")
CONSTRAINT = re.compile(r":(\w+)(?:\((.*?)\))?(?=:|$)")
INTEGER = re.compile(r"[+-]?\d+")
DECIMAL = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?")


def _parses(parse: Callable[[str], object]) -> Check:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _whole(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None


def _between(least: int | None, most: int | None) -> Check:
    def check(text: str) -> bool:
        number = _whole(text)
        return number is not None and (least is None or number >= least) and (most is None or number <= most)

    return check


def _length(least: int, most: int | None) -> Check:
    return lambda text: len(text) >= least and (most is None or len(text) <= most)


def constraint(name: str, argument: str | None) -> Check:
    """The check of a route constraint such as `int` or `range(1,9)`; raises ValueError when there is no such one."""
    plain: dict[str, Check] = {
        "int": _between(-(2**31), 2**31 - 1),
        "long": _between(-(2**63), 2**63 - 1),
        "bool": lambda text: text.lower() in ("true", "false"),
        "datetime": _parses(datetime.fromisoformat),
        "guid": _parses(uuid.UUID),
        "alpha": lambda text: text.isascii() and text.isalpha(),
        "required": bool,
        **dict.fromkeys(("decimal", "double", "float"), lambda text: DECIMAL.fullmatch(text) is not None),
    }
    if argument is None and name in plain:
        return plain[name]
    if argument is not None and name == "regex":
        pattern = re.compile(argument.replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
        return lambda text: pattern.search(text) is not None
    numbers = [int(part) for part in (argument or "").split(",") if INTEGER.fullmatch(part.strip())]
    match (name, numbers):
        case ("min", [least]):
            return _between(least, None)
        case ("max", [most]):
            return _between(None, most)
        case ("range", [least, most]):
            return _between(least, most)
        case ("minlength", [least]):
            return _length(least, None)
        case ("maxlength", [most]):
            return _length(0, most)
        case ("length", [exact]):
            return _length(exact, exact)
        case ("length", [least, most]):
            return _length(least, most)
    raise ValueError(f"there is no route constraint {name + (f'({argument})' if argument else '')!r}")


@dataclass(frozen=True)
class _Part:
    pattern: str
    digit: int
    """Precedence: 1 literal, 2 constrained, 3 parameter, 4 constrained catch-all, 5 catch-all."""


class Route:
    """A function's template, methods and authorisation level; raises ValueError when the template is malformed."""

    def __init__(self, template: str, methods: frozenset[str], level: str, function: "BoundFunction") -> None:
        self.template, self.methods, self.level, self.function = template, methods, level, function
        self._checks: dict[str, list[Check]] = {}
        self._defaults: dict[str, str] = {}
        segments = template.split("/") if template else []
        parts = [self._part(segment, last=i == len(segments) - 1) for i, segment in enumerate(segments)]
        self.precedence = tuple(part.digit for part in parts)
        self.pattern = re.compile("".join(part.pattern for part in parts), re.IGNORECASE)
        self.shape = BRACED.sub(lambda match: "{" + re.sub(r"\w+", "", match.group(1), count=1) + "}", template).lower()
        """The template without its parameters' names: two routes of one shape match the same paths."""

    def _part(self, segment: str, last: bool) -> _Part:
        braced = list(BRACED.finditer(segment))
        if re.search(r"[{}]", BRACED.sub("", segment)):
            raise ValueError(f"the route {self.template!r} has braces that do not pair in {segment!r}")
        if not segment:
            raise ValueError(f"the route {self.template!r} has an empty segment")
        if not braced:
            return _Part("/" + re.escape(segment), 1)
        found = [self._declare(match.group(1)) for match in braced]
        if braced[0].group() == segment:
            return self._whole_parameter(found[0], last)
        if any(stars or optional for stars, _, _, _, optional in found):
            raise ValueError(f"the route {self.template!r}: a catch-all or optional parameter must be a whole segment")
        pattern, place = "/", 0
        for match, (_, name, _, _, _) in zip(braced, found, strict=True):
            pattern += re.escape(segment[place : match.start()]) + f"(?P<{name}>[^/]+?)"
            place = match.end()
        return _Part(pattern + re.escape(segment[place:]), 2)

    def _whole_parameter(self, found: tuple[str | None, ...], last: bool) -> _Part:
        stars, name, constraints, default, optional = found
        if (stars or optional) and not last:
            raise ValueError(f"the route {self.template!r}: {name} must be the last segment")
        if stars:
            return _Part(f"(?:/(?P<{name}>.*))?", 4 if constraints else 5)
        pattern = f"/(?P<{name}>[^/]+)"
        if optional or default is not None:
            pattern = f"(?:{pattern})?"
        return _Part(pattern, 2 if constraints else 3)

    def _declare(self, text: str) -> tuple[str | None, ...]:
        match = PARAMETER.fullmatch(text)
        if match is None:
            raise ValueError(f"the route {self.template!r} has the malformed parameter {{{text}}}")
        _, name, constraints, default, _ = match.groups()
        if name in self._checks:
            raise ValueError(f"the route {self.template!r} names the parameter {name!r} twice")
        self._checks[name] = [constraint(c.group(1), c.group(2)) for c in CONSTRAINT.finditer(constraints)]
        if default is not None:
            self._defaults[name] = default
        return match.groups()

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters of a path (with its leading slash, without the prefix), None when it does not match."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        values = {name: value for name, value in found.groupdict().items() if value}
        for name, value in values.items():
            if not all(check(value) for check in self._checks[name]):
                return None
        return {**self._defaults, **values}


class RouteTable:
    """All routes of an app below its prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = f"/{prefix.strip('/')}" if prefix.strip("/") else ""
        self._prefix_lower = self.prefix.lower()
        self.routes: list[Route] = []

    def add(self, route: Route) -> None:
        """Take in a route, at its place of precedence."""
        self.routes.append(route)
        self.routes.sort(key=lambda known: known.precedence)

    def conflict(self, route: Route) -> Route | None:
        """A route of the same template and a common method, None when there is none."""
        return next((r for r in self.routes if r.shape == route.shape and r.methods & route.methods), None)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route that serves a request, and its parameters; a wrong method is no match, as on Azure (404)."""
        below = len(self.prefix)
        if path[:below].lower() != self._prefix_lower or path[below : below + 1] not in ("", "/"):
            return None
        rest = path[below:].rstrip("/")
        for route in self.routes:
            if method in route.methods and (parameters := route.match(rest)) is not None:
                return route, parameters
        return None
