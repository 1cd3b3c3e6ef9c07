"""`python -m local eval`: scripted customers call, by the hundred, and every call is judged by what it left behind."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run the command; 0 when enough calls came out right and none got worse."""
    from local.evaluation.command import run_command

    return run_command(argv)


__all__ = ["main"]
