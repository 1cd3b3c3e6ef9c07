"""Initial schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

OWNED = (
    "api_keys", "arrangements", "audit_log", "behavioral_tactics", "call_attempts", "call_entries", "callbacks", "calls",
    "carrier_events", "consents", "contact_restrictions", "customers", "dial_decisions", "idempotency_keys", "intents",
    "messages", "outbox", "system_prompts",
)
# Written once: the application may add rows and read them, never change or remove them.
IMMUTABLE = ("audit_log", "call_entries", "carrier_events", "dial_decisions")

CURRENT = "NULLIF(current_setting('app.organization_id', true), '')::uuid"

# The only doors through row-level security: each answers one question and shows identifiers, not contents.
LOOKUPS = {
    "api_key_owner(hash text)": """
        RETURNS TABLE (key_id uuid, organization_id uuid, role varchar) AS
        $$ SELECT k.id, k.organization_id, k.role FROM api_keys k
           WHERE k.key_hash = hash AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) $$""",
    "organization_of_number(e164 text)": """
        RETURNS TABLE (organization_id uuid) AS
        $$ SELECT o.id FROM organizations o
           WHERE o.settings->>'caller_id' = e164 OR o.settings->>'callback_number' = e164
           ORDER BY (o.settings->>'caller_id' = e164) DESC, o.created_at LIMIT 1 $$""",
    "organizations_with_unsent(before timestamptz)": """
        RETURNS TABLE (organization_id uuid) AS
        $$ SELECT DISTINCT m.organization_id FROM outbox m WHERE m.sent_at IS NULL AND m.created_at < before $$""",
    "open_calls_untouched(before timestamptz)": """
        RETURNS TABLE (organization_id uuid, call_id uuid, status varchar) AS
        $$ SELECT c.organization_id, c.id, c.status FROM calls c
           WHERE c.status IN ('queued', 'dialing', 'ringing', 'in_progress') AND c.updated_at < before
           ORDER BY c.updated_at LIMIT 500 $$""",
    "calls_without_wrapup(before timestamptz)": """
        RETURNS TABLE (organization_id uuid, call_id uuid, status varchar) AS
        $$ SELECT c.organization_id, c.id, c.status FROM calls c
           WHERE c.wrapped_up_at IS NULL AND c.updated_at < before
             AND c.status IN ('completed', 'no_answer', 'busy', 'failed', 'canceled')
           ORDER BY c.updated_at LIMIT 500 $$""",
    "messages_unsent(before timestamptz)": """
        RETURNS TABLE (organization_id uuid, message_id uuid) AS
        $$ SELECT m.organization_id, m.id FROM messages m
           WHERE m.status IN ('queued', 'sending') AND m.created_at < before ORDER BY m.created_at LIMIT 500 $$""",
}


def _isolate() -> None:
    op.execute("""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'archer_app') THEN
            CREATE ROLE archer_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
          END IF;
        END $$""")
    op.execute("GRANT USAGE ON SCHEMA public TO archer_app")
    op.execute("GRANT SELECT, UPDATE ON organizations TO archer_app")
    op.execute("ALTER TABLE organizations ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own ON organizations TO archer_app USING (id = {CURRENT}) WITH CHECK (id = {CURRENT})")
    for table in OWNED:
        rights = "SELECT, INSERT" if table in IMMUTABLE else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {rights} ON {table} TO archer_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own ON {table} TO archer_app "
            f"USING (organization_id = {CURRENT}) WITH CHECK (organization_id = {CURRENT})"
        )
    for signature, body in LOOKUPS.items():
        op.execute(f"CREATE FUNCTION {signature} {body} LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public")
        name, arguments = signature.split("(")
        types = arguments.rstrip(")").split()[-1]
        op.execute(f"REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name}({types}) TO archer_app")



def upgrade() -> None:
    op.create_table('organizations',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organizations'))
    )
    op.create_table('api_keys',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_api_keys_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys'))
    )
    op.create_index('uq_api_keys_key_hash', 'api_keys', ['key_hash'], unique=True)
    op.create_table('audit_log',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_audit_log_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_log')),
    sa.UniqueConstraint('organization_id', 'number', name=op.f('uq_audit_log_organization_id_number'))
    )
    op.create_table('behavioral_tactics',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('archetype', sa.String(length=64), nullable=False),
    sa.Column('config', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_behavioral_tactics_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_behavioral_tactics')),
    sa.UniqueConstraint('organization_id', 'name', 'version', name=op.f('uq_behavioral_tactics_organization_id_name_version'))
    )
    op.create_index('uq_behavioral_tactics_active', 'behavioral_tactics', ['organization_id', 'name'], unique=True, postgresql_where=sa.text('is_active'))
    op.create_table('customers',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('external_id', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('phone_number', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=True),
    sa.Column('account_last_4', sa.String(length=4), nullable=False),
    sa.Column('postal_code', sa.String(length=12), nullable=False),
    sa.Column('city', sa.String(length=100), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=True),
    sa.Column('country', sa.String(length=2), server_default='US', nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=True),
    sa.Column('language', sa.String(length=8), server_default='en', nullable=False),
    sa.Column('balance', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('balance_as_of', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('days_overdue', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_date', sa.Date(), nullable=True),
    sa.Column('segment', sa.String(length=32), server_default='standard', nullable=False),
    sa.Column('flags', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('line_type', sa.String(length=16), nullable=True),
    sa.Column('number_kind', sa.String(length=16), server_default='personal', nullable=False),
    sa.Column('reassigned_result', sa.String(length=16), nullable=True),
    sa.Column('reassigned_queried_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_customers_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
    sa.UniqueConstraint('organization_id', 'external_id', name=op.f('uq_customers_organization_id_external_id')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_customers_organization_id_id'))
    )
    op.create_index('ix_customers_organization_id_phone_number', 'customers', ['organization_id', 'phone_number'], unique=False)
    op.create_table('dial_decisions',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=True),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.String(length=64), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rules', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('facts_used', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('ruleset', sa.String(length=32), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_dial_decisions_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dial_decisions'))
    )
    op.create_index('ix_dial_decisions_call_id_decided_at', 'dial_decisions', ['call_id', 'decided_at'], unique=False)
    op.create_index('ix_dial_decisions_customer_id', 'dial_decisions', ['customer_id'], unique=False)
    op.create_table('idempotency_keys',
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.Column('route', sa.String(length=100), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_idempotency_keys_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organization_id', 'route', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_index('ix_idempotency_keys_created_at', 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_outbox_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    op.create_index('ix_outbox_unsent', 'outbox', ['created_at'], unique=False, postgresql_where=sa.text('sent_at IS NULL'))
    op.create_table('system_prompts',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('environment', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('template', sa.Text(), nullable=False),
    sa.Column('variables', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_system_prompts_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_system_prompts')),
    sa.UniqueConstraint('organization_id', 'name', 'environment', 'version', name=op.f('uq_system_prompts_organization_id_name_environment_version'))
    )
    op.create_index('uq_system_prompts_active', 'system_prompts', ['organization_id', 'name', 'environment'], unique=True, postgresql_where=sa.text('is_active'))
    op.create_table('callbacks',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('scheduled_for', sa.DateTime(timezone=True), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=300), server_default='', nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'customer_id'], ['customers.organization_id', 'customers.id'], name=op.f('fk_callbacks_organization_id_customer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_callbacks_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callbacks'))
    )
    op.create_index('ix_callbacks_customer_id', 'callbacks', ['customer_id'], unique=False)
    op.create_index('ix_callbacks_due', 'callbacks', ['scheduled_for'], unique=False, postgresql_where=sa.text("status = 'scheduled'"))
    op.create_index('uq_callbacks_call_id', 'callbacks', ['call_id'], unique=True)
    op.create_table('calls',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('phone_number', sa.String(length=20), nullable=False),
    sa.Column('direction', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('disposition', sa.String(length=32), nullable=True),
    sa.Column('agent_profile', sa.String(length=64), server_default='collections', nullable=False),
    sa.Column('tactic', sa.String(length=64), nullable=True),
    sa.Column('collector_mode', sa.String(length=64), nullable=False),
    sa.Column('metadata', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=True),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dialed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wrapped_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('duration_seconds', sa.Integer(), nullable=True),
    sa.Column('answered_by', sa.String(length=16), nullable=True),
    sa.Column('connected', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('conversation', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('verified', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('verification_attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('degradation_level', sa.Integer(), server_default='0', nullable=False),
    sa.Column('session_epoch', sa.Integer(), server_default='0', nullable=False),
    sa.Column('session_nonce', sa.Uuid(), nullable=True),
    sa.Column('stream_token_id', sa.Uuid(), nullable=True),
    sa.Column('agent_ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('transfer_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('transfer_started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resumptions', sa.Integer(), server_default='0', nullable=False),
    sa.Column('hangup_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wake_number', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_seq', sa.Integer(), server_default='0', nullable=False),
    sa.Column('conversation_state', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('latency', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'customer_id'], ['customers.organization_id', 'customers.id'], name=op.f('fk_calls_organization_id_customer_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_calls_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_calls_organization_id_id'))
    )
    op.create_index('ix_calls_customer_id_queued_at', 'calls', ['customer_id', 'queued_at'], unique=False)
    op.create_index('ix_calls_open', 'calls', ['updated_at'], unique=False, postgresql_where=sa.text("status IN ('queued', 'dialing', 'ringing', 'in_progress')"))
    op.create_index('ix_calls_organization_id_phone_number_queued_at', 'calls', ['organization_id', 'phone_number', 'queued_at'], unique=False)
    op.create_index('ix_calls_organization_id_queued_at_id', 'calls', ['organization_id', 'queued_at', 'id'], unique=False)
    op.create_index('uq_calls_call_sid', 'calls', ['call_sid'], unique=True)
    op.create_table('consents',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revocation_scope', sa.String(length=16), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'customer_id'], ['customers.organization_id', 'customers.id'], name=op.f('fk_consents_organization_id_customer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_consents_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    sa.UniqueConstraint('customer_id', 'kind', 'source', 'granted_at', name=op.f('uq_consents_customer_id_kind_source_granted_at'))
    )
    op.create_table('contact_restrictions',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('phone_number', sa.String(length=20), nullable=True),
    sa.Column('call_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(length=100), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'customer_id'], ['customers.organization_id', 'customers.id'], name=op.f('fk_contact_restrictions_organization_id_customer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_contact_restrictions_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_restrictions'))
    )
    op.create_index('ix_contact_restrictions_customer_id', 'contact_restrictions', ['customer_id'], unique=False, postgresql_where=sa.text('lifted_at IS NULL'))
    op.create_index('ix_contact_restrictions_phone', 'contact_restrictions', ['organization_id', 'phone_number'], unique=False, postgresql_where=sa.text('lifted_at IS NULL AND phone_number IS NOT NULL'))
    op.create_index('uq_contact_restrictions_call_id_kind', 'contact_restrictions', ['call_id', 'kind'], unique=True, postgresql_where=sa.text('call_id IS NOT NULL'))
    op.create_table('messages',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=64), nullable=False),
    sa.Column('to_number', sa.String(length=20), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('message_sid', sa.String(length=64), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'customer_id'], ['customers.organization_id', 'customers.id'], name=op.f('fk_messages_organization_id_customer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_messages_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages'))
    )
    op.create_index('ix_messages_call_id', 'messages', ['call_id'], unique=False)
    op.create_index('uq_messages_message_sid', 'messages', ['message_sid'], unique=True)
    op.create_index('uq_messages_organization_id_key', 'messages', ['organization_id', 'key'], unique=True)
    op.create_table('arrangements',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('intent_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('method', sa.String(length=32), nullable=True),
    sa.Column('amount', sa.Numeric(precision=12, scale=2), nullable=True),
    sa.Column('due_date', sa.Date(), nullable=True),
    sa.Column('schedule', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_arrangements_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_arrangements_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrangements'))
    )
    op.create_index('ix_arrangements_call_id', 'arrangements', ['call_id'], unique=False)
    op.create_index('ix_arrangements_customer_id', 'arrangements', ['customer_id'], unique=False)
    op.create_index('uq_arrangements_call_id_active', 'arrangements', ['call_id'], unique=True, postgresql_where=sa.text("status = 'active'"))
    op.create_index('uq_arrangements_intent_id', 'arrangements', ['intent_id'], unique=True)
    op.create_table('call_attempts',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=True),
    sa.Column('error', sa.String(length=300), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_call_attempts_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_call_attempts_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_attempts')),
    sa.UniqueConstraint('call_id', 'attempt', name=op.f('uq_call_attempts_call_id_attempt'))
    )
    op.create_table('call_entries',
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('speaker', sa.String(length=16), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('interrupted', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('event', sa.String(length=64), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('tool', sa.String(length=64), nullable=True),
    sa.Column('tool_call_id', sa.String(length=64), nullable=True),
    sa.Column('tool_arguments', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('tool_outcome', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('source', sa.String(length=32), nullable=True),
    sa.Column('source_n', sa.Integer(), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_call_entries_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_call_entries_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('call_id', 'seq', name=op.f('pk_call_entries'))
    )
    op.create_index('uq_call_entries_call_id_source_source_n', 'call_entries', ['call_id', 'source', 'source_n'], unique=True)
    op.create_index('uq_call_entries_call_id_tool_call_id', 'call_entries', ['call_id', 'tool_call_id'], unique=True, postgresql_where=sa.text('tool_call_id IS NOT NULL'))
    op.create_table('carrier_events',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('call_sid', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=True),
    sa.Column('carrier_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_carrier_events_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_carrier_events_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_carrier_events')),
    sa.UniqueConstraint('call_sid', 'kind', 'sequence', name=op.f('uq_carrier_events_call_sid_kind_sequence'))
    )
    op.create_index('ix_carrier_events_call_id', 'carrier_events', ['call_id'], unique=False)
    op.create_table('intents',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('method', sa.String(length=32), nullable=True),
    sa.Column('amount', sa.Numeric(precision=12, scale=2), nullable=True),
    sa.Column('due_date', sa.Date(), nullable=True),
    sa.Column('schedule', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_intents_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_intents_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intents'))
    )
    op.create_index('ix_intents_call_id', 'intents', ['call_id'], unique=False)
    _isolate()


def downgrade() -> None:
    for signature in LOOKUPS:
        op.execute(f"DROP FUNCTION {signature}")
    op.drop_index('ix_intents_call_id', table_name='intents')
    op.drop_table('intents')
    op.drop_index('ix_carrier_events_call_id', table_name='carrier_events')
    op.drop_table('carrier_events')
    op.drop_index('uq_call_entries_call_id_tool_call_id', table_name='call_entries', postgresql_where=sa.text('tool_call_id IS NOT NULL'))
    op.drop_index('uq_call_entries_call_id_source_source_n', table_name='call_entries')
    op.drop_table('call_entries')
    op.drop_table('call_attempts')
    op.drop_index('uq_arrangements_intent_id', table_name='arrangements')
    op.drop_index('uq_arrangements_call_id_active', table_name='arrangements', postgresql_where=sa.text("status = 'active'"))
    op.drop_index('ix_arrangements_customer_id', table_name='arrangements')
    op.drop_index('ix_arrangements_call_id', table_name='arrangements')
    op.drop_table('arrangements')
    op.drop_index('uq_messages_organization_id_key', table_name='messages')
    op.drop_index('uq_messages_message_sid', table_name='messages')
    op.drop_index('ix_messages_call_id', table_name='messages')
    op.drop_table('messages')
    op.drop_index('uq_contact_restrictions_call_id_kind', table_name='contact_restrictions', postgresql_where=sa.text('call_id IS NOT NULL'))
    op.drop_index('ix_contact_restrictions_phone', table_name='contact_restrictions', postgresql_where=sa.text('lifted_at IS NULL AND phone_number IS NOT NULL'))
    op.drop_index('ix_contact_restrictions_customer_id', table_name='contact_restrictions', postgresql_where=sa.text('lifted_at IS NULL'))
    op.drop_table('contact_restrictions')
    op.drop_table('consents')
    op.drop_index('uq_calls_call_sid', table_name='calls')
    op.drop_index('ix_calls_organization_id_queued_at_id', table_name='calls')
    op.drop_index('ix_calls_organization_id_phone_number_queued_at', table_name='calls')
    op.drop_index('ix_calls_open', table_name='calls', postgresql_where=sa.text("status IN ('queued', 'dialing', 'ringing', 'in_progress')"))
    op.drop_index('ix_calls_customer_id_queued_at', table_name='calls')
    op.drop_table('calls')
    op.drop_index('uq_callbacks_call_id', table_name='callbacks')
    op.drop_index('ix_callbacks_due', table_name='callbacks', postgresql_where=sa.text("status = 'scheduled'"))
    op.drop_index('ix_callbacks_customer_id', table_name='callbacks')
    op.drop_table('callbacks')
    op.drop_index('uq_system_prompts_active', table_name='system_prompts', postgresql_where=sa.text('is_active'))
    op.drop_table('system_prompts')
    op.drop_index('ix_outbox_unsent', table_name='outbox', postgresql_where=sa.text('sent_at IS NULL'))
    op.drop_table('outbox')
    op.drop_index('ix_idempotency_keys_created_at', table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_index('ix_dial_decisions_customer_id', table_name='dial_decisions')
    op.drop_index('ix_dial_decisions_call_id_decided_at', table_name='dial_decisions')
    op.drop_table('dial_decisions')
    op.drop_index('ix_customers_organization_id_phone_number', table_name='customers')
    op.drop_table('customers')
    op.drop_index('uq_behavioral_tactics_active', table_name='behavioral_tactics', postgresql_where=sa.text('is_active'))
    op.drop_table('behavioral_tactics')
    op.drop_table('audit_log')
    op.drop_index('uq_api_keys_key_hash', table_name='api_keys')
    op.drop_table('api_keys')
    op.drop_table('organizations')
    op.execute("REVOKE USAGE ON SCHEMA public FROM archer_app")
