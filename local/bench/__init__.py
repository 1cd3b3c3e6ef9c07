"""`python -m local bench`: call set-up, turn, tool and event latency at several loads, side by side in one run."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run the command; 0 when every call ended as it should."""
    from local.bench.command import run_command

    return run_command(argv)


__all__ = ["main"]
