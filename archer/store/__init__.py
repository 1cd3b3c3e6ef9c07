"""Postgres, the truth: SQLAlchemy models and queries, one file a table family."""

from archer.store.arrangements import Arrangement, Callback, Intent
from archer.store.base import Base
from archer.store.calls import Call, CallAttempt, CallEntry, CarrierEvent
from archer.store.campaigns import Campaign, CampaignMember
from archer.store.customers import Consent, Customer, Restriction
from archer.store.database import Database, database
from archer.store.decisions import AuditEntry, DialDecision
from archer.store.do_not_call import DoNotCallImport
from archer.store.erasure import ErasureRequest
from archer.store.findings import UtteranceFinding
from archer.store.idempotency import IdempotencyKey
from archer.store.messages import Message, OutboxMessage
from archer.store.organizations import ApiKey, Organization
from archer.store.playbook import BehavioralTactic, SystemPrompt
from archer.store.recordings import Recording

__all__ = [
    "ApiKey",
    "Arrangement",
    "AuditEntry",
    "Base",
    "BehavioralTactic",
    "Call",
    "CallAttempt",
    "CallEntry",
    "Callback",
    "Campaign",
    "CampaignMember",
    "CarrierEvent",
    "Consent",
    "Customer",
    "Database",
    "DialDecision",
    "DoNotCallImport",
    "ErasureRequest",
    "IdempotencyKey",
    "Intent",
    "Message",
    "Organization",
    "OutboxMessage",
    "Recording",
    "Restriction",
    "SystemPrompt",
    "UtteranceFinding",
    "database",
]
