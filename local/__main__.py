"""`python -m local up|demo|bench|doctor`: the system on this machine."""

import importlib
import sys

COMMANDS = {
    "up": ("local.up", "start the whole stack and keep it until Ctrl-C"),
    "demo": ("local.demo", "place one call on a fresh stack and show what comes of it"),
    "bench": ("local.bench", "measure latencies and throughput"),
    "eval": ("local.evaluation", "let scripted customers call and score what comes of it"),
    "doctor": ("local.doctor", "check that this machine can run the stack"),
}


def main(argv: list[str]) -> int:
    """Hand over to a command; 2 when there is no such command."""
    if argv and argv[0] in COMMANDS:
        try:
            module = importlib.import_module(COMMANDS[argv[0]][0])
        except ModuleNotFoundError as error:
            how = "install everything with `.venv/bin/pip install -r requirements-dev.txt` and use .venv/bin/python"
            print(f"error: the module {error.name} is missing: {how}", file=sys.stderr)
            return 1
        return int(module.main(argv[1:]))
    out = sys.stdout if argv and argv[0] in ("-h", "--help") else sys.stderr
    print("usage: python -m local COMMAND [OPTIONS]\n", file=out)
    for name, (_, purpose) in COMMANDS.items():
        print(f"  {name:8} {purpose}", file=out)
    return 0 if out is sys.stdout else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
