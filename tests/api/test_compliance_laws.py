"""Laws of the records: restrictions only restrict, stored decisions replay, organizations stay apart, no odd input
makes the API fail."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from archer.compliance.facts import DialFacts
from archer.compliance.gate import evaluate
from archer.store.database import database
from archer.store.decisions import DialDecision
from tests.support import Tenant, customer, new_tenant, open_session

SEVERITY = {"allow": 0, "human_only": 1, "block_until": 2, "block": 3}
KINDS = [
    "cease", "phone_opt_out", "ai_opt_out", "attorney", "bankruptcy", "deceased", "identity_theft", "dispute",
    "wrong_number", "third_party", "military", "do_not_record", "inconvenient_time", "work_number", "language",
    "already_paid", "hardship", "do_not_call", "sms_opt_out",
]  # fmt: skip
ON_ONE_TENANT = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

clock = st.sampled_from(["00:00", "08:00", "11:30", "12:00", "12:30", "17:00", "24:00"])
windows = st.lists(
    st.builds(
        lambda days, begin, end: {"days": days, "from": begin, "to": end},
        st.lists(st.sampled_from(["mon", "tue", "sun"]), max_size=2),
        clock.filter(lambda text: text != "24:00"),
        clock,
    ),
    max_size=2,
)


@st.composite
def restrictions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    body: dict[str, Any] = {"kind": kind}
    if kind == "inconvenient_time":
        body["windows"] = draw(windows)
    if kind in ("dispute", "already_paid") and draw(st.booleans()):
        body["dispute"] = draw(st.sampled_from(["written", "oral"]))
    if kind == "language":
        body["language"] = draw(st.sampled_from(["en", "es"]))
    if draw(st.booleans()):
        body["reason"] = draw(st.sampled_from(["a letter", "never before noon", "said on the phone", "only after 5"]))
    return body


people = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from(["en", "es"]),
        "balance": st.sampled_from(["412.35", "0.00"]),
        "consents": st.just([]),
        "flags": st.sampled_from(
            [
                {},
                {"attorney": True},
                {"inconvenient": [{"from": "11:00", "to": "13:00"}]},
                {"stated_timezone": "Asia/Tokyo"},
            ]
        ),
        "postal_code": st.sampled_from(["02139", "96813"]),
        "number": st.sampled_from(
            [
                {"line_type": "landline", "kind": "relative"},
                {
                    "line_type": "wireless",
                    "kind": "personal",
                    "reassigned": {"result": "yes", "queried_on": "2026-11-10"},
                },
            ]
        ),
    },
)


async def _gate(tenant: Tenant, person: str) -> int:
    answer = await tenant.client.get(f"/customers/{person}/gate")
    assert answer.status_code == 200, answer.text
    return SEVERITY[answer.json()["decision"]]


@ON_ONE_TENANT
@given(changes=people, before=st.lists(restrictions(), max_size=2), added=restrictions())
async def test_a_restriction_never_turns_a_refusal_into_a_call(
    tenant: Tenant, changes: dict[str, Any], before: list[dict[str, Any]], added: dict[str, Any]
) -> None:
    person = (await tenant.client.post("/customers", json=customer(**changes))).json()["id"]
    for body in before:
        assert (await tenant.client.post(f"/customers/{person}/restrictions", json=body)).status_code in (200, 201)
    severity = await _gate(tenant, person)
    first = await tenant.client.post("/calls", json={"customer_id": person})
    assert (await tenant.client.post(f"/customers/{person}/restrictions", json=added)).status_code in (200, 201)
    second = await tenant.client.post("/calls", json={"customer_id": person})
    assert {first.status_code, second.status_code} <= {202, 409}
    assert not (first.status_code == 409 and second.status_code == 202)
    assert await _gate(tenant, person) >= severity
    await _replays(tenant)


async def _replays(tenant: Tenant) -> None:
    async with database().transaction(tenant.organization_id) as session:
        for row in await session.scalars(select(DialDecision)):
            again = evaluate(DialFacts.model_validate_json(json.dumps(row.facts)))
            assert (again.decision, again.until, again.ruleset) == (row.decision, row.until, row.ruleset)
            assert [rule.model_dump() for rule in again.rules] == row.rules


async def _everything(tenant: Tenant) -> dict[str, str]:
    """Something of every kind; its ids."""
    agent = await open_session(tenant, phone_number="+16175550155")
    person = (await agent.shown())["customer_id"]
    added = await tenant.client.post(f"/customers/{person}/restrictions", json={"kind": "dispute"})
    await tenant.client.post(f"/customers/{person}/inconvenient-times", json={"said": "never before noon"})
    await tenant.client.post("/do-not-call/imports", content="6175550101", headers={"Content-Type": "text/csv"})
    await tenant.client.post(f"/customers/{person}/erasure", json={"reason": "letter"})
    consent = (await tenant.client.get(f"/customers/{person}/consents")).json()["items"][0]["id"]
    return {
        "customer_id": person,
        "call_id": agent.call_id,
        "restriction_id": added.json()["restriction"]["id"],
        "consent_id": consent,
    }


READS_OF_ONE = [
    "/customers/{customer_id}/consents",
    "/customers/{customer_id}/restrictions",
    "/customers/{customer_id}/inconvenient-times",
    "/customers/{customer_id}/gate",
    "/customers/{customer_id}/evidence",
    "/calls/{call_id}/evidence",
]
READS_OF_ALL = ["/restrictions", "/do-not-call/imports", "/audit", "/erasures"]
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("/customers/{customer_id}/consents", {"kind": "sms", "source": "direct", "granted_at": "2026-11-01T00:00:00Z"}),
    ("/customers/{customer_id}/consents/{consent_id}/revoke", {"reason": "x"}),
    ("/customers/{customer_id}/restrictions", {"kind": "cease"}),
    ("/customers/{customer_id}/inconvenient-times", {"said": "never before noon"}),
    ("/restrictions/{restriction_id}/lift", {"reason": "x"}),
    ("/restrictions/{restriction_id}/response", {"sent_at": "2026-11-16T00:00:00Z", "reason": "x"}),
    ("/customers/{customer_id}/erasure", {"reason": "x"}),
]


async def test_another_organization_sees_nothing_and_changes_nothing(tenant: Tenant, app: Any) -> None:
    ids = await _everything(tenant)
    before = (await tenant.client.get("/restrictions")).json()
    async with new_tenant(app) as other:
        for path in READS_OF_ONE:
            assert (await tenant.client.get(path.format(**ids))).status_code == 200, path
            assert (await other.client.get(path.format(**ids))).status_code == 404, path
        for path in READS_OF_ALL:
            assert (await tenant.client.get(path)).json()["items"], path
            assert (await other.client.get(path)).json()["items"] == [], path
        for path, body in ACTS:
            assert (await other.client.post(path.format(**ids), json=body)).status_code == 404, path
        run = (await other.client.post("/retention/runs")).json()
        assert (run["evidence"], run["erasures"], run["kept"]) == ([], [], [])
    assert (await tenant.client.get("/restrictions")).json() == before


async def _key(tenant: Tenant, role: str) -> dict[str, str]:
    from archer.store.organizations import ApiKey, hash_api_key, new_api_key

    key = new_api_key()
    async with database().transaction(tenant.organization_id) as session:
        session.add(ApiKey(organization_id=tenant.organization_id, name=role, key_hash=hash_api_key(key), role=role))
    return {"Authorization": f"Bearer {key}"}


async def test_roles_bound_what_a_key_may_do(tenant: Tenant) -> None:
    ids = await _everything(tenant)
    viewer, operator = await _key(tenant, "viewer"), await _key(tenant, "operator")
    for path, body in ACTS:
        assert (await tenant.client.post(path.format(**ids), json=body, headers=viewer)).status_code == 403, path
    for path in ("/audit", "/audit/verification", "/audit/export", "/erasures", f"/calls/{ids['call_id']}/evidence"):
        for headers in (viewer, operator):
            assert (await tenant.client.get(path, headers=headers)).status_code == 403, path
    for path in (f"/restrictions/{ids['restriction_id']}/lift", f"/customers/{ids['customer_id']}/erasure"):
        assert (await tenant.client.post(path, json={"reason": "x"}, headers=operator)).status_code == 403, path
    lifting = {"kind": "ai_voice", "source": "direct", "granted_at": "2026-11-01T00:00:00Z"}
    lifting |= {"lift_revocation": True, "reason": "x"}
    answer = await tenant.client.post(f"/customers/{ids['customer_id']}/consents", json=lifting, headers=operator)
    assert answer.status_code == 403


NEW = ("consents and restrictions", "compliance", "audit", "evidence", "retention")


def _operations() -> list[Any]:
    from api.app import build

    document = build().openapi()
    schema = schemathesis.openapi.from_dict(document)
    found = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if set(operation.tags or []) & set(NEW)]


@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.label)
async def test_no_odd_input_makes_it_fail(tenant: Tenant, operation: Any) -> None:
    person = (await tenant.client.post("/customers", json=customer())).json()["id"]

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(data=st.data())
    def collect(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        cases.append(data.draw(operation.as_strategy(generation_mode=mode)))

    cases: list[Any] = []
    collect()
    for case in cases:
        if "customer_id" in (case.path_parameters or {}) and len(cases) % 2:
            case.path_parameters["customer_id"] = person
        request = case.as_transport_kwargs(base_url="http://api.test")
        answer = await tenant.client.request(
            request["method"],
            request["url"],
            params=request.get("params"),
            headers={"Authorization": f"Bearer {tenant.api_key}", "Content-Type": _type(case)},
            content=_body(case),
        )
        assert answer.status_code < 500, (operation.label, answer.status_code, answer.text[:500])
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"


def _type(case: Any) -> str:
    return str(case.media_type or "application/json")


def _body(case: Any) -> bytes | None:
    body = case.body
    if isinstance(body, type(schemathesis.Case)) or type(body).__name__ == "NotSet":
        return None
    if isinstance(body, bytes):
        return body
    if _type(case) == "text/csv":
        return str(body).encode("utf-8", "surrogatepass")
    return json.dumps(body).encode()


def test_the_new_resources_are_in_the_document() -> None:
    paths = {operation.path for operation in _operations()}
    assert {
        "/api/v1/customers/{customer_id}/consents",
        "/api/v1/customers/{customer_id}/restrictions",
        "/api/v1/do-not-call/imports",
        "/api/v1/compliance/simulations",
        "/api/v1/audit/verification",
        "/api/v1/calls/{call_id}/evidence",
        "/api/v1/customers/{customer_id}/erasure",
    } <= paths
