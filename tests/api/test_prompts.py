"""Prompts in the API: checked before they are kept, versions, environments, and what a session carries."""

from typing import Any

import pytest

from archer.conversation.prompts import default_template
from tests.support import Tenant, open_session

TEMPLATE = "You speak for {{ business_name }}.\n{% if collector_mode == 'third_party' %}Be brief.{% endif %}"


async def _created(tenant: Tenant, name: str = "evening", environment: str = "test") -> None:
    body = {"name": name, "environment": environment, "template": TEMPLATE}
    answer = await tenant.client.post("/prompts", json=body)
    assert answer.status_code == 201, answer.text


async def test_the_prompt_that_ships_is_there_in_every_environment(tenant: Tenant) -> None:
    items = (await tenant.client.get("/prompts")).json()["items"]
    assert {(item["name"], item["environment"], item["version"]) for item in items} == {
        ("collections", environment, 1) for environment in ("development", "test", "staging", "production")
    }
    assert {item["template"] for item in items} == {default_template("collections")}


async def test_a_session_carries_the_rendered_prompt_of_its_environment(tenant: Tenant) -> None:
    for environment, word in (("test", "tested"), ("production", "live")):
        body = {"template": f"This is {word}, {{{{ business_name }}}}."}
        assert (await tenant.client.put(f"/prompts/collections/{environment}", json=body)).status_code == 200
    agent = await open_session(tenant)
    assert agent.session["prompt"] == f"This is tested, {tenant.name}."


async def test_a_call_keeps_the_prompt_that_its_first_session_was_given_and_shows_which(tenant: Tenant) -> None:
    await tenant.client.put("/prompts/collections/test", json={"template": "The second."})
    first = await open_session(tenant)
    await tenant.client.put("/prompts/collections/test", json={"template": "The third."})
    again = await open_session(tenant, first.call_id)
    assert (first.session["prompt"], again.session["prompt"]) == ("The second.", "The second.")
    shown = await again.shown()
    assert (shown["prompt"], shown["prompt_version"]) == ("collections", 2)
    other = await open_session(tenant)
    assert other.session["prompt"] == "The third."


async def test_a_retired_prompt_leaves_the_agent_its_own(tenant: Tenant) -> None:
    assert (await tenant.client.delete("/prompts/collections/test")).status_code == 204
    agent = await open_session(tenant)
    assert agent.session["prompt"] is None
    assert (await agent.shown())["prompt_version"] is None


async def test_versions_and_rolling_back(tenant: Tenant) -> None:
    await _created(tenant)
    second = (await tenant.client.put("/prompts/evening/test", json={"template": "Second."})).json()
    assert [(v["version"], v["is_active"]) for v in second["versions"]] == [(2, True), (1, False)]
    assert (await tenant.client.put("/prompts/evening/test", json={"template": "Second."})).json()["version"] == 2
    back = (await tenant.client.post("/prompts/evening/test/activate", json={"version": 1})).json()
    assert (back["version"], back["template"]) == (1, TEMPLATE)
    assert (await tenant.client.get("/prompts/evening/test/versions/2")).json()["template"] == "Second."
    stale = await tenant.client.put("/prompts/evening/test", json={"template": "Third.", "based_on": 1})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("template", "line", "says"),
    [
        ("One.\nTwo {{ nobody }}.", 2, "there is no variable 'nobody'"),
        ("One.\n\n{% if language %}", 3, "end of template"),
        ("{{ business_name", 1, ""),
        ("\n{% for x in range(9) %}{% endfor %}", 2, "a loop is not allowed"),
        ("{{ 'x' * 1000000000 }}", 1, "not allowed"),
        ("{% set a = language ~ language %}{{ a }}", 1, "an assignment is not allowed"),
        ("{{ language.__class__ }}", 1, "an attribute is not allowed"),
        ("{{ language|replace('e', 'eeeeeeee') }}", 1, "the filter 'replace' is not allowed"),
        ("{{ lipsum() }}", 1, "not allowed"),
        ("{% include 'other' %}", 1, "an include is not allowed"),
        ("   ", None, "renders to nothing"),
    ],
)
async def test_a_bad_template_is_refused_with_its_line(
    tenant: Tenant, template: str, line: int | None, says: str
) -> None:
    for answer in (
        await tenant.client.post("/prompts/check", json={"template": template}),
        await tenant.client.put("/prompts/collections/test", json={"template": template}),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        error = answer.json()["errors"][0]
        assert (error["where"], error["line"]) == ("template", line)
        assert says in error["what"]
    assert (await tenant.client.get("/prompts/collections/test")).json()["version"] == 1


async def test_a_template_can_be_tried_without_keeping_it(tenant: Tenant) -> None:
    shown = await tenant.client.post("/prompts/check", json={"template": TEMPLATE})
    assert shown.json() == {"rendered": "You speak for Maple Bank."}
    names = (await tenant.client.get("/prompts/variables")).json()
    assert "business_name" in names
    every = " ".join(f"{{{{ {name} }}}}" for name in names)
    assert (await tenant.client.post("/prompts/check", json={"template": every})).status_code == 200


@pytest.mark.parametrize(
    "body", [{"environment": "moon"}, {"name": "Évening"}, {"template": "x" * 20_001}, {"extra": 1}]
)
async def test_what_is_no_prompt_is_refused(tenant: Tenant, body: dict[str, Any]) -> None:
    whole = {"name": "evening", "environment": "test", "template": TEMPLATE} | body
    assert (await tenant.client.post("/prompts", json=whole)).status_code == 422


async def test_a_name_is_taken_once_in_an_environment(tenant: Tenant) -> None:
    await _created(tenant)
    await _created(tenant, environment="staging")
    body = {"name": "evening", "environment": "test", "template": TEMPLATE}
    assert (await tenant.client.post("/prompts", json=body)).status_code == 409
    listed = (await tenant.client.get("/prompts", params={"environment": "staging"})).json()["items"]
    assert [item["name"] for item in listed] == ["collections", "evening"]
