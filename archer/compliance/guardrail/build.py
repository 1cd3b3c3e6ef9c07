"""Write needs.json, the strings that each pattern needs: `python -m archer.compliance.guardrail.build`.

To be run after each change of the patterns; with an old file the guardrail judges just the same, but takes a second
longer to load.
"""

import json
from pathlib import Path

from archer.compliance.guardrail.catalog import catalog, digest
from archer.compliance.guardrail.literals import required

FILE = Path(__file__).with_name("needs.json")


def content() -> str:
    """What needs.json holds for the patterns as they are."""
    expressions = [pattern.match.pattern for pattern in catalog().patterns]
    needs = [required(expression) for expression in expressions]
    return json.dumps({"digest": digest(expressions), "needs": needs}, indent=0) + "\n"


if __name__ == "__main__":
    FILE.write_text(content(), encoding="utf-8")
