"""Circuit breaker and retries on a clock that the test turns."""

import pytest

from archer.resilience import Backoff, CircuitBreaker, CircuitOpenError, retry


class Time:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def upper(_low: float, high: float) -> float:
    return high


def breaker(time: Time) -> CircuitBreaker:
    return CircuitBreaker("neighbour", failures=3, open_seconds=10, now=time.now)


def test_opens_after_failures_in_a_row_only() -> None:
    circuit = breaker(Time())
    for _ in range(2):
        circuit.failed()
    circuit.succeeded()
    for _ in range(2):
        circuit.failed()
    assert circuit.state == "closed"
    circuit.failed()
    assert (circuit.state, circuit.allow()) == ("open", False)


def test_one_trial_decides() -> None:
    time = Time()
    circuit = breaker(time)
    for _ in range(3):
        circuit.failed()
    time.seconds = 10
    assert circuit.state == "half_open"
    assert (circuit.allow(), circuit.allow()) == (True, False)
    circuit.failed()
    assert circuit.state == "open"
    time.seconds = 20
    assert circuit.allow()
    circuit.succeeded()
    assert (circuit.state, circuit.allow(), circuit.allow()) == ("closed", True, True)


def test_trial_that_never_reports_is_given_up() -> None:
    time = Time()
    circuit = breaker(time)
    for _ in range(3):
        circuit.failed()
    time.seconds = 10
    assert circuit.allow()
    time.seconds = 20
    assert circuit.allow()


async def test_call_counts_only_what_speaks_against_the_neighbour() -> None:
    circuit = breaker(Time())

    async def refuse() -> None:
        raise LookupError

    for _ in range(5):
        with pytest.raises(LookupError):
            await circuit.call(refuse, counts=lambda error: not isinstance(error, LookupError))
    assert circuit.state == "closed"
    for _ in range(3):
        with pytest.raises(LookupError):
            await circuit.call(refuse)
    with pytest.raises(CircuitOpenError, match="neighbour"):
        await circuit.call(refuse)


@pytest.mark.parametrize(("failures", "open_seconds"), [(0, 1), (1, 0)])
def test_breaker_that_makes_no_sense_is_refused(failures: int, open_seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one failure"):
        CircuitBreaker("x", failures=failures, open_seconds=open_seconds)


async def test_retry_doubles_its_pauses_up_to_a_cap() -> None:
    time, tries = Time(), 0

    async def third_time() -> str:
        nonlocal tries
        tries += 1
        if tries < 6:
            raise ConnectionError
        return "done"

    answer = await retry(
        third_time,
        worthwhile=lambda _: True,
        within=60,
        backoff=Backoff(first=1, cap=4),
        now=time.now,
        sleep=time.sleep,
        uniform=upper,
    )
    assert (answer, time.slept) == ("done", [1, 2, 4, 4, 4])


async def test_retry_stops_at_its_deadline_and_at_a_decision() -> None:
    time = Time()

    async def away() -> None:
        raise ConnectionError

    async def refused() -> None:
        raise PermissionError

    def worthwhile(error: Exception) -> bool:
        return isinstance(error, ConnectionError)

    for attempt, error in ((away, ConnectionError), (refused, PermissionError)):
        with pytest.raises(error):
            await retry(
                attempt,
                worthwhile=worthwhile,
                within=5,
                backoff=Backoff(1, 4),
                now=time.now,
                sleep=time.sleep,
                uniform=upper,
            )
    assert time.slept == [1, 2]
