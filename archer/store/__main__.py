"""`python -m archer.store migrate|downgrade|seed`: prepare a database; needs DATABASE_OWNER_URL.

`python -m archer.store audit-export --organization ID`: an organization's audit log as JSON Lines on standard output,
to be piped into `python -m archer.compliance audit-verify`; needs DATABASE_URL.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from uuid import UUID

from archer.store import schema
from archer.store.audit_trail import export_lines
from archer.store.database import Database
from archer.store.organizations import OrganizationSettings
from archer.store.seed import seed


async def export_audit(organization_id: UUID) -> None:
    """Write an organization's audit log to standard output; SystemExit when DATABASE_URL is not set."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        raise SystemExit("DATABASE_URL is not set: the SQLAlchemy URL of the application's role")
    store = Database(url, pool_size=1)
    try:
        async with store.transaction(organization_id) as session:
            async for line in export_lines(session):
                sys.stdout.buffer.write(line)
    finally:
        await store.close()
    sys.stdout.buffer.flush()


def main(arguments: list[str]) -> int:
    """Run one command; 0 when it did what it says."""
    parser = argparse.ArgumentParser(prog="python -m archer.store", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the schema to the newest version")
    down = commands.add_parser("downgrade", help="take the schema back to a version ('base' empties it)")
    down.add_argument("revision")
    first = commands.add_parser("seed", help="make a first organization with an admin API key")
    first.add_argument("--name", default="Maple Bank", help="registered business name, spoken in calls")
    first.add_argument("--caller-id", default=os.environ.get("TWILIO_FROM_NUMBER", ""), help="E.164")
    first.add_argument("--callback-number", default="", help="E.164; the caller id when not given")
    first.add_argument("--human-queue", default="", help="E.164 number of the people calls are handed to")
    first.add_argument("--api-key-file", type=Path, help="keep the key in this file and answer the same one again")
    first.add_argument("--json", action="store_true", help="print one JSON line")
    export = commands.add_parser("audit-export", help="write an organization's audit log as JSON Lines")
    export.add_argument("--organization", type=UUID, required=True, metavar="ID")
    options = parser.parse_args(arguments)

    if options.command == "audit-export":
        asyncio.run(export_audit(options.organization))
        return 0
    url = schema.owner_url()
    if options.command == "migrate":
        schema.migrate(url)
    elif options.command == "downgrade":
        schema.downgrade(url, options.revision)
    else:
        settings = OrganizationSettings(
            caller_id=options.caller_id,
            caller_id_verified=bool(options.caller_id),
            callback_number=options.callback_number or options.caller_id,
            human_queue_number=options.human_queue,
        )
        made = seed(url, options.name, settings, api_key_file=options.api_key_file)
        if options.json:
            print(json.dumps({"organization_id": str(made.organization_id), "api_key": made.api_key}))
        else:
            print(f"organization {made.organization_id}\nAPI key {made.api_key}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
