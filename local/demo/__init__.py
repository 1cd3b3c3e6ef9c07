"""`python -m local demo`: one call on a fresh stack, as it happens, and what came of it."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run the command; 0 only if the call did what it should."""
    from local.demo.command import run_command

    return run_command(argv)


__all__ = ["main"]
