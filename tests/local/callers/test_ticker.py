"""One beat for all calls: in time, caught up when late, unharmed by a call that breaks."""

import asyncio

from local.ticker import Ticker


async def test_every_member_is_called_fifty_times_a_second() -> None:
    ticker = Ticker()
    beats: dict[int, list[float]] = {number: [] for number in range(9)}
    for times in beats.values():
        ticker.add(times.append)
    async with asyncio.timeout(5):
        while min(map(len, beats.values())) < 26:  # noqa: ASYNC110 - the ticker has no event
            await asyncio.sleep(0.01)
    await ticker.close()
    spans = [times[25] - times[0] for times in beats.values()]
    assert all(0.4 < span < 0.8 for span in spans)
    assert max(map(len, beats.values())) - min(map(len, beats.values())) <= 1


async def test_a_late_beat_is_made_up_for_and_a_long_standstill_is_not() -> None:
    now = 100.0
    ticker = Ticker(clock=lambda: now)
    beats: list[float] = []
    ticker.add(beats.append)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    now += 0.4
    await asyncio.sleep(0.05)
    assert 20 <= len(beats) <= 22
    now += 5
    await asyncio.sleep(0.05)
    assert len(beats) <= 24
    assert ticker.dropped > 0
    await ticker.close()


async def test_a_member_that_raises_leaves_and_the_others_stay() -> None:
    ticker = Ticker()
    beats: list[float] = []

    def broken(now: float) -> None:
        raise RuntimeError("broken")

    ticker.add(broken)
    ticker.add(beats.append)
    async with asyncio.timeout(5):
        while len(beats) < 5:  # noqa: ASYNC110 - the ticker has no event
            await asyncio.sleep(0.005)
    ticker.remove(beats.append)
    await ticker.close()
