"""`python -m archer.compliance COMMAND`: the engine at the command line, JSON Lines in and out.

Each command is a module with `run(arguments) -> exit code`, imported only when it is asked for. A further command is
one more line in the table.
"""

import sys
from importlib import import_module

COMMANDS = {
    "dial": ("archer.compliance.cli_dial", "may we dial? one decision for each line of facts"),
    "audit-verify": ("archer.compliance.cli_audit_verify", "is an exported audit log whole? the first break if not"),
    "speech": ("archer.compliance.cli_speech", "may we say it? a judgement on each sentence"),
    "redact": ("archer.compliance.cli_redact", "what of a text may be kept? card numbers and other secrets taken out"),
}


def main(arguments: list[str]) -> int:
    """Run one command; exit code 2 and one line on standard error when there is no such command."""
    if arguments and arguments[0] in COMMANDS:
        module, _ = COMMANDS[arguments[0]]
        code: int = import_module(module).run(arguments[1:])
        return code
    lines = [f"  {name:<14}{purpose}" for name, (_, purpose) in COMMANDS.items()]
    if arguments and arguments[0] in ("-h", "--help"):
        print("usage: python -m archer.compliance COMMAND\n", *lines, sep="\n")
        return 0
    asked = f"unknown command {arguments[0]!r}" if arguments else "no command"
    print(f"archer.compliance: {asked}; there are: {', '.join(COMMANDS)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
