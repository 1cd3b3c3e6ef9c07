"""Evidence: one archive with everything on record, a manifest that fits it, decisions that replay."""

import hashlib
import io
import json
import zipfile
from typing import Any

from archer.compliance.cli_audit_verify import verify
from archer.compliance.facts import DialFacts
from archer.compliance.gate import evaluate
from tests.support import AgentSession, Tenant, customer, new_tenant, open_session


async def _archive(tenant: Tenant, path: str) -> dict[str, bytes]:
    answer = await tenant.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


async def _stop_calling(tenant: Tenant) -> tuple[AgentSession, str]:
    """A caller says "stop calling me" while three more calls to him are queued."""
    person = (await tenant.client.post("/customers", json=customer())).json()["id"]
    calls = [(await tenant.client.post("/calls", json={"customer_id": person})).json()["id"] for _ in range(4)]
    agent = await open_session(tenant, calls[0])
    spoken = [
        {"n": 1, "at": "2026-11-16T17:01:00Z", "kind": "transcript", "speaker": "agent", "text": "This is Maple Bank."},
        {"n": 2, "at": "2026-11-16T17:01:03Z", "kind": "transcript", "speaker": "customer", "text": "Stop calling me."},
        {
            "n": 3,
            "at": "2026-11-16T17:01:04Z",
            "kind": "event",
            "event": "guardrail_blocked",
            "data": {"findings": [{"rule": "G-14", "match": "keep calling"}], "sentence": "I will keep calling."},
        },
    ]
    await agent.post("entries", {"entries": spoken})
    await agent.tool("record_restriction", kind="cease", details="stop calling me")
    return agent, person


async def test_a_call_is_exported_whole(tenant: Tenant) -> None:
    agent, person = await _stop_calling(tenant)
    files = await _archive(tenant, f"/calls/{agent.call_id}/evidence")
    folder = f"calls/{agent.call_id}"
    assert json.loads(files[f"{folder}/call.json"])["outcome"] == "cease_requested"
    assert b"customer: Stop calling me." in files[f"{folder}/transcript.txt"]
    assert [found["rule"] for found in _lines(files[f"{folder}/findings.jsonl"])] == ["G-14"]
    assert [row["kind"] for row in _lines(files[f"{folder}/restrictions.jsonl"])] == ["cease"]
    assert {row["revocation_scope"] for row in _lines(files["customer/consents.jsonl"])} == {"all"}
    recorded = next(e for e in _lines(files["audit.jsonl"]) if e["action"] == "restriction.recorded")
    assert recorded["subject"] == f"customer:{person}"
    assert recorded["details"]["stopped"]["calls"] == 3
    assert b"stream_token_id" not in files[f"{folder}/call.json"]


async def test_the_manifest_fits_every_file(tenant: Tenant) -> None:
    agent, _ = await _stop_calling(tenant)
    files = await _archive(tenant, f"/calls/{agent.call_id}/evidence")
    manifest = json.loads(files["manifest.json"])
    assert manifest["complete"] is True
    assert {entry["name"] for entry in manifest["files"]} == set(files) - {"manifest.json"}
    for entry in manifest["files"]:
        assert entry["sha256"] == hashlib.sha256(files[entry["name"]]).hexdigest()
        assert entry["bytes"] == len(files[entry["name"]])


async def test_exported_decisions_replay(tenant: Tenant) -> None:
    _, person = await _stop_calling(tenant)
    refused = await tenant.client.post("/calls", json={"customer_id": person})
    assert refused.status_code == 409
    files = await _archive(tenant, f"/customers/{person}/evidence")
    replayed = 0
    for name, content in files.items():
        if not name.endswith("/decisions.jsonl"):
            continue
        facts = _lines(files[name.replace("decisions", "dial_facts")])
        for stored, known in zip(_lines(content), facts, strict=True):
            again = evaluate(DialFacts.model_validate_json(json.dumps(known)))
            assert again.decision == stored["decision"]
            assert [rule.model_dump() for rule in again.rules] == stored["rules"]
            replayed += 1
    assert replayed == 5


async def test_a_customer_is_exported_with_every_call(tenant: Tenant) -> None:
    _, person = await _stop_calling(tenant)
    files = await _archive(tenant, f"/customers/{person}/evidence")
    states = [json.loads(content)["status"] for name, content in files.items() if name.endswith("/call.json")]
    assert sorted(states) == ["canceled", "canceled", "canceled", "in_progress"]
    assert json.loads(files["customer/customer.json"])["id"] == person
    actions = {entry["action"] for entry in _lines(files["audit.jsonl"])}
    assert {"customer.created", "call.requested", "restriction.recorded", "evidence.exported"} <= actions


async def test_the_export_is_on_record_and_the_log_stays_whole(tenant: Tenant) -> None:
    agent, _ = await _stop_calling(tenant)
    await _archive(tenant, f"/calls/{agent.call_id}/evidence")
    noted = (await tenant.client.get("/audit", params={"action": "evidence.exported"})).json()["items"]
    assert [entry["subject"] for entry in noted] == [f"call:{agent.call_id}"]
    exported = await tenant.client.get("/audit/export")
    assert verify(exported.content.splitlines())["verified"] is True


async def test_another_organization_gets_nothing(tenant: Tenant, app: Any) -> None:
    agent, person = await _stop_calling(tenant)
    async with new_tenant(app) as other:
        assert (await other.client.get(f"/calls/{agent.call_id}/evidence")).status_code == 404
        assert (await other.client.get(f"/customers/{person}/evidence")).status_code == 404
        assert (await other.client.get("/audit")).json()["items"] == []
