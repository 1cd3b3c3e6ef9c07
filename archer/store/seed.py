"""A first organization, its API key, its tactics and its prompts: what a fresh database needs before the first call."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import create_engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from archer.store.organizations import ApiKey, Organization, OrganizationSettings, hash_api_key, new_api_key
from archer.store.playbook import BehavioralTactic, SystemPrompt, library_rows, prompt_rows

_NAMESPACE = UUID("6f0d9c0e-6a55-4b0a-9c1c-2f6d1a2b3c4d")


@dataclass(frozen=True)
class Seeded:
    organization_id: UUID
    api_key: str


def seed(url: str, name: str, settings: OrganizationSettings, *, api_key_file: Path | None = None) -> Seeded:
    """Make the organization `name` unless it is there, and an admin key for it.

    `url` is the schema owner's. With `api_key_file` the key is kept there (0600) and the same key is answered
    again; without it every run makes a new key.
    """
    organization_id = uuid5(_NAMESPACE, name)
    key = _kept_key(api_key_file)
    with Session(create_engine(url)) as session, session.begin():
        session.execute(
            insert(Organization)
            .values(id=organization_id, name=name, settings=settings.model_dump(mode="json"))
            .on_conflict_do_nothing()
        )
        known = session.execute(select(ApiKey.id).where(ApiKey.key_hash == hash_api_key(key))).scalar_one_or_none()
        if known is None:
            session.add(ApiKey(organization_id=organization_id, name="seed", key_hash=hash_api_key(key), role="admin"))
        session.execute(insert(BehavioralTactic).values(library_rows(organization_id)).on_conflict_do_nothing())
        session.execute(insert(SystemPrompt).values(prompt_rows(organization_id)).on_conflict_do_nothing())
    return Seeded(organization_id, key)


def _kept_key(path: Path | None) -> str:
    if path is None:
        return new_api_key()
    if path.exists():
        return path.read_text().strip()
    key = new_api_key()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    temporary.touch(mode=0o600)
    temporary.write_text(key)
    temporary.replace(path)
    return key
