"""How a bench shows what it measured: a table for people, JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from local.bench.load import Load
from local.bench.model import ModelLoad

MEASURED = {
    "setup": "call set-up: accepted by the API → carrier asked to dial",
    "turn": "turn: caller stops → first agent word leaves the agent",
    "tool": "tool: asked by the agent → answered",
    "event": "event: stored → received by a Web PubSub client",
    "barge_in": "barge-in: caller speaks → last audio frame",
}
MEASURED_OF_MODEL = {
    "added": "turn, beyond the model's first token: as the caller waits",
    "own": "the same as the agent itself measures it",
    "direct": "the endpoint alone, beyond its first token",
    "barge_in": "barge-in: caller's first sound → last audio frame",
}
_SHARES = (0.5, 0.95, 0.99)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _milliseconds(samples: Mapping[str, Sequence[float]], meanings: Mapping[str, str]) -> list[str]:
    lines = [f"  {'milliseconds':58} {'n':>6} {'p50':>8} {'p95':>8} {'p99':>8}"]
    for name, meaning in meanings.items():
        values = samples.get(name) or []
        if values:
            figures = " ".join(f"{percentile(values, share):8.1f}" for share in _SHARES)
            lines.append(f"  {meaning:58} {len(values):6d} {figures}")
    return lines


def _percentiles(samples: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    return {
        name: {f"p{int(share * 100)}": round(percentile(values, share), 2) for share in _SHARES} | {"n": len(values)}
        for name, values in samples.items()
        if values
    }


def table(loads: Sequence[Load]) -> str:
    """The whole system, one block a load."""
    lines = []
    for load in loads:
        lines.append(f"\n{load.calls} concurrent call(s), {load.seconds:.0f} s")
        lines += _milliseconds(load.samples, MEASURED)
        lines.append(f"  {'part':58} {'% of a core':>15} {'MB':>8}")
        for part, usage in sorted(load.usage.items()):
            lines.append(f"  {part:58} {usage.cpu_percent:15.1f} {usage.rss_mb:8.1f}")
        lines += [f"  wrong: {problem}" for problem in load.problems]
    return "\n".join(lines)


def table_of_model(loads: Sequence[ModelLoad]) -> str:
    """The agent with a model, one block a load."""
    lines = []
    for load in loads:
        plan = load.plan
        lines.append(
            f"\n{plan.calls} concurrent call(s) with a model, {plan.think_seconds:g} s to think, "
            f"{plan.first_token_ms:g} ms to the first token, {load.seconds:.0f} s"
        )
        lines += _milliseconds(load.samples, MEASURED_OF_MODEL)
        for what, value in _of_agent(load).items():
            lines.append(f"  agent: {what:51} {value:15.2f}")
        lines += [f"  wrong: {problem}" for problem in load.problems]
    return "\n".join(lines)


def _of_agent(load: ModelLoad) -> dict[str, float]:
    return {
        "CPU ms a turn": round(load.cpu_ms_a_turn, 2),
        "MB a call": round(load.mb_a_call, 3),
        "MB resident before the calls": round(load.resident_mb, 1),
        "MB resident without a key for a model": round(load.without_key_mb, 1),
    }


def figures(loads: Sequence[Load]) -> list[dict[str, object]]:
    """The whole system, for programs."""
    return [
        {
            "calls": load.calls,
            "seconds": round(load.seconds, 1),
            "milliseconds": _percentiles(load.samples),
            "parts": {part: asdict(usage) for part, usage in load.usage.items()},
            "problems": load.problems,
        }
        for load in loads
    ]


def figures_of_model(loads: Sequence[ModelLoad]) -> list[dict[str, object]]:
    """The agent with a model, for programs."""
    return [
        {
            "plan": asdict(load.plan),
            "seconds": round(load.seconds, 1),
            "milliseconds": _percentiles(load.samples),
            "agent": _of_agent(load),
            "problems": load.problems,
        }
        for load in loads
    ]
