"""Do-not-call lists: every line reported, the same list again changes nothing, queued calls stop at once."""

from typing import Any

import pytest

from archer.do_not_call import UnreadableList, normalized, parse
from tests.support import Tenant, customer, new_tenant


async def _send(tenant: Tenant, content: str | bytes, **params: Any) -> Any:
    return await tenant.client.post(
        "/do-not-call/imports", content=content, headers={"Content-Type": "text/csv"}, params=params
    )


async def test_each_line_is_reported(tenant: Tenant) -> None:
    content = (
        "name,Phone Number,since\n"
        "Ann,(617) 555-0123,2026-01-01\n"
        "Bob,+1 617 555 0123,2026-01-02\n"
        "\n"
        "Cy,617-555-012,\n"
        "Di,,\n"
        "Ed,+44 20 7946 0123,\n"
        "Flo,unknown,\n"
    )
    answer = await _send(tenant, content)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["lines"], body["accepted"], body["duplicate"], body["invalid"]) == (6, 2, 1, 3)
    assert [(line["line"], line["result"], line["number"], line["reason"]) for line in body["report"]] == [
        (2, "accepted", "+16175550123", None),
        (3, "duplicate", "+16175550123", "twice in this list"),
        (5, "invalid", None, "too few digits"),
        (6, "invalid", None, "no number"),
        (7, "accepted", "+442079460123", None),
        (8, "invalid", None, "no digits"),
    ]


async def test_the_same_list_again_changes_nothing(tenant: Tenant) -> None:
    first, second = await _send(tenant, "6175550123\n6175550124\n"), await _send(tenant, "6175550123\n6175550124\n")
    assert (first.json()["accepted"], second.json()["accepted"], second.json()["duplicate"]) == (2, 0, 2)
    listed = await tenant.client.get("/restrictions", params={"kind": "do_not_call"})
    assert sorted(row["phone_number"] for row in listed.json()["items"]) == ["+16175550123", "+16175550124"]
    imports = (await tenant.client.get("/do-not-call/imports")).json()["items"]
    assert [one["accepted"] for one in imports] == [0, 2]
    assert imports[0]["sha256"] == imports[1]["sha256"]


async def test_queued_calls_stop_and_the_next_is_refused(tenant: Tenant) -> None:
    people = [
        (await tenant.client.post("/customers", json=customer(phone_number=f"+1617555010{n}"))).json() for n in range(3)
    ]
    calls = [(await tenant.client.post("/calls", json={"customer_id": one["id"]})).json()["id"] for one in people]
    answer = await _send(tenant, "phone\n617 555 0100\n617 555 0101\n", report="none")
    assert answer.json()["stopped"]["calls"] == 2
    assert answer.json()["report"] == []
    states = [(await tenant.client.get(f"/calls/{call}")).json()["status"] for call in calls]
    assert states == ["canceled", "canceled", "queued"]
    refused = await tenant.client.post("/calls", json={"customer_id": people[0]["id"]})
    assert "P-18" in [rule["id"] for rule in refused.json()["decision"]["rules"]]


async def test_a_lifted_number_may_be_listed_again(tenant: Tenant) -> None:
    await _send(tenant, "6175550123")
    row = (await tenant.client.get("/restrictions", params={"phone_number": "+16175550123"})).json()["items"][0]
    await tenant.client.post(f"/restrictions/{row['id']}/lift", json={"reason": "listed by mistake"})
    assert (await _send(tenant, "6175550123")).json()["accepted"] == 1


async def test_a_hundred_thousand_lines_are_taken_at_once(tenant: Tenant) -> None:
    content = "phone_number,reason\n" + "".join(f"+1617{2000000 + n:07},asked\n" for n in range(100_000))
    assert len(content) > 1_000_000
    answer = await _send(tenant, content, report="problems")
    assert answer.status_code == 200, answer.text[:300]
    assert (answer.json()["accepted"], answer.json()["report"]) == (100_000, [])
    again = await _send(tenant, content, report="none")
    assert again.json()["duplicate"] == 100_000


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"\n\n", 422),
        (b"\xff\xfe\x00", 422),
        (b"name,city\nAnn,Boston\n", 422),
        (b'phone\n"6175550123\n', 200),
        (b"phone\n" + b"6175550123\n" * 100_001, 422),
        (b"6" * 12_000_001, 413),
        (b"phone\n\x00\n", 200),
        ("phone\n６１７５５５０１２３\n".encode(), 200),
    ],
)
async def test_odd_lists_get_an_answer(tenant: Tenant, content: bytes, status: int) -> None:
    assert (await _send(tenant, content)).status_code == status


async def test_another_content_type_is_refused(tenant: Tenant) -> None:
    answer = await tenant.client.post("/do-not-call/imports", json={"numbers": []})
    assert answer.status_code == 415


async def test_another_organization_is_not_bound(tenant: Tenant, app: Any) -> None:
    await _send(tenant, "6175550123")
    async with new_tenant(app) as other:
        assert (await other.client.get("/do-not-call/imports")).json()["items"] == []
        assert (await _send(other, "6175550123")).json()["accepted"] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6175550123", "+16175550123"),
        ("1-617-555-0123", "+16175550123"),
        ("+1 (617) 555.0123", "+16175550123"),
        ("0175550123", None),
        ("+4915112345678", "+4915112345678"),
        ("00442079460123", None),
        ("+", None),
        ("+1٦175550123", None),
    ],
)
def test_numbers_are_normalized(text: str, expected: str | None) -> None:
    assert normalized(text) == expected


def test_a_single_column_needs_no_header() -> None:
    assert [line.result for line in parse(b"6175550123\r\n6175550124\r\n")] == ["accepted", "accepted"]
    assert [line.line for line in parse(b"Nummern\n6175550124\n")] == [2]
    assert [line.number for line in parse(b"\xef\xbb\xbfname;Telephone\nA;6175550124\n")] == ["+16175550124"]
    with pytest.raises(UnreadableList):
        parse(b"")
