"""Telemetry holds no personal data, whatever is given to it."""

import pytest

from archer import telemetry


def test_only_listed_attributes_leave() -> None:
    with pytest.raises(ValueError, match="customer_name"):
        telemetry.attributes({"customer_name": "Dana Reyes"})
    with pytest.raises(ValueError, match="phone"):
        telemetry.record("turn", 1.0, phone="+16175550123")


@pytest.mark.parametrize("value", ["Dana Reyes said no", "+16175550123", "acct-12345678", "x" * 65, ""])
def test_values_that_could_be_personal_become_other(value: str) -> None:
    assert telemetry.attributes({"reason": value}) == {"reason": "other"}


@pytest.mark.parametrize("value", ["verify_account", "POST", "/api/v1/calls/{id}", 503, True])
def test_words_and_numbers_of_ours_pass(value: telemetry.AttributeValue) -> None:
    assert telemetry.attributes({"route": value}) == {"route": value}


def test_everything_may_be_recorded_without_an_exporter() -> None:
    telemetry.record("tool", 3.0, tool="verify_account", ok=True)
    telemetry.count("calls", direction="outbound")
    with telemetry.measured("database", queue="call-requests"), telemetry.span("work", tool="verify_account"):
        pass


def test_failed_span_keeps_its_exception() -> None:
    with pytest.raises(KeyError), telemetry.span("work"):
        raise KeyError("Dana Reyes")
