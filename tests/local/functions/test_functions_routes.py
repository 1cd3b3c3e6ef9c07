"""Route templates: constraints and what is malformed."""

import uuid
from typing import Any, cast

import pytest

from local.functions.routes import Route

GET = frozenset({"GET"})


def route(template: str) -> Route:
    return Route(template, GET, "anonymous", cast(Any, None))


@pytest.mark.parametrize(
    ("template", "fits", "fails"),
    [
        ("{x:int}", ["5", "-5"], ["five", "99999999999", "5.0"]),
        ("{x:long}", ["99999999999"], ["a"]),
        ("{x:bool}", ["true", "False"], ["1"]),
        ("{x:guid}", [str(uuid.UUID(int=7))], ["7"]),
        ("{x:alpha}", ["abc"], ["ab1"]),
        ("{x:decimal}", ["1.5", "-2"], ["x"]),
        ("{x:datetime}", ["2026-01-05"], ["monday"]),
        ("{x:minlength(3)}", ["abc"], ["ab"]),
        ("{x:maxlength(3)}", ["abc"], ["abcd"]),
        ("{x:length(2,3)}", ["ab", "abc"], ["a", "abcd"]),
        ("{x:length(2)}", ["ab"], ["abc"]),
        ("{x:min(3)}", ["3"], ["2", "x"]),
        ("{x:max(3)}", ["3"], ["4"]),
        ("{x:range(2,4)}", ["3"], ["5"]),
        ("{x:int:min(3)}", ["3"], ["2", "x"]),
        (r"{x:regex(^\d{{3}}-\d{{2}}$)}", ["123-45"], ["12-345"]),
        ("a{x}.json", ["ab.json"], ["a.json", "b.json"]),
    ],
)
def test_constraints(template: str, fits: list[str], fails: list[str]) -> None:
    compiled = route(template)
    for value in fits:
        assert compiled.match(f"/{value}") is not None, value
    for value in fails:
        assert compiled.match(f"/{value}") is None, value


def test_defaults_and_optional_parameters() -> None:
    assert route("a/{x=7}").match("/a") == {"x": "7"}
    assert route("a/{x=7}").match("/a/8") == {"x": "8"}
    assert route("a/{x:int?}").match("/a") == {}
    assert route("a/{x:int?}").match("/a/b") is None
    assert route("a/{**x}").match("/a/b/c") == {"x": "b/c"}


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{x", "braces"),
        ("a//b", "empty segment"),
        ("{x}/{x}", "twice"),
        ("{*x}/b", "last segment"),
        ("{x?}/b", "last segment"),
        ("{x:sometimes}", "no route constraint"),
        ("{x:min(a)}", "no route constraint"),
        ("a{x?}", "whole segment"),
    ],
)
def test_malformed_templates_are_refused(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        route(template)
