"""Findings, recordings, erasure, do-not-call imports; the functions through which records are deleted."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

CURRENT = "NULLIF(current_setting('app.organization_id', true), '')::uuid"

# What the application may do with each new table; nothing may be deleted but through the functions below.
RIGHTS = {
    "do_not_call_imports": "SELECT, INSERT",
    "erasure_requests": "SELECT, INSERT, UPDATE",
    "recordings": "SELECT, INSERT, UPDATE",
    "utterance_findings": "SELECT, INSERT",
}

# The periods of the law (data/retention.toml, law_years) stand here once more: whoever holds the application's
# credentials cannot delete evidence earlier than this, whatever the application believes the time to be.
FUNCTIONS = {
    "organization_ids()": ("TABLE (organization_id uuid)", "LANGUAGE sql STABLE", "SELECT id FROM organizations ORDER BY id"),
    "erase_evidence(person uuid)": ("jsonb", "LANGUAGE plpgsql", f"""
        DECLARE
          org uuid := {CURRENT};
          newest timestamptz;
          decisions_gone bigint; messages_gone bigint; callbacks_gone bigint; calls_gone bigint;
        BEGIN
          PERFORM 1 FROM customers c WHERE c.id = person AND c.organization_id = org FOR UPDATE;
          IF NOT FOUND THEN RETURN NULL; END IF;
          SELECT max(act) INTO newest FROM (
            SELECT GREATEST(queued_at, dialed_at, ended_at) AS act FROM calls WHERE customer_id = person AND organization_id = org
            UNION ALL SELECT GREATEST(created_at, sent_at) FROM messages WHERE customer_id = person AND organization_id = org
            UNION ALL SELECT created_at FROM arrangements WHERE customer_id = person AND organization_id = org
            UNION ALL SELECT asked_at FROM callbacks WHERE customer_id = person AND organization_id = org
            UNION ALL SELECT decided_at FROM dial_decisions WHERE customer_id = person AND organization_id = org
          ) AS acts;
          IF newest > now() - interval '3 years' THEN
            RAISE EXCEPTION 'evidence is kept for three years after the last activity (R-02)' USING ERRCODE = 'check_violation';
          END IF;
          IF EXISTS (
            SELECT 1 FROM recordings r JOIN calls c ON c.id = r.call_id
            WHERE c.customer_id = person AND c.organization_id = org AND r.deleted_at IS NULL
          ) THEN
            RAISE EXCEPTION 'a recording at the carrier has not been deleted yet (R-03)' USING ERRCODE = 'check_violation';
          END IF;
          DELETE FROM dial_decisions WHERE customer_id = person AND organization_id = org;
          GET DIAGNOSTICS decisions_gone = ROW_COUNT;
          DELETE FROM messages WHERE customer_id = person AND organization_id = org;
          GET DIAGNOSTICS messages_gone = ROW_COUNT;
          DELETE FROM callbacks WHERE customer_id = person AND organization_id = org;
          GET DIAGNOSTICS callbacks_gone = ROW_COUNT;
          DELETE FROM calls WHERE customer_id = person AND organization_id = org;
          GET DIAGNOSTICS calls_gone = ROW_COUNT;
          RETURN jsonb_build_object('calls', calls_gone, 'decisions', decisions_gone,
                                    'messages', messages_gone, 'callbacks', callbacks_gone);
        END"""),
    "erase_customer(person uuid)": ("jsonb", "LANGUAGE plpgsql", f"""
        DECLARE
          org uuid := {CURRENT};
          number varchar;
          result jsonb;
        BEGIN
          result := erase_evidence(person);
          IF result IS NULL THEN RETURN NULL; END IF;
          IF EXISTS (
            SELECT 1 FROM contact_restrictions WHERE customer_id = person AND organization_id = org AND kind <> 'erasure'
              AND GREATEST(created_at, lifted_at) > now() - interval '5 years'
            UNION ALL
            SELECT 1 FROM consents WHERE customer_id = person AND organization_id = org
              AND revoked_at > now() - interval '5 years'
          ) THEN
            RAISE EXCEPTION 'opt-out records are kept for five years (R-04)' USING ERRCODE = 'check_violation';
          END IF;
          SELECT phone_number INTO number FROM customers WHERE id = person AND organization_id = org;
          INSERT INTO contact_restrictions (id, organization_id, phone_number, kind, source, details, created_at)
          SELECT DISTINCT ON (kept, e164) gen_random_uuid(), org, e164, kept, 'erasure', '{{}}'::jsonb, created_at FROM (
            SELECT COALESCE(phone_number, number) AS e164, created_at,
                   CASE WHEN kind IN ('wrong_number', 'sms_opt_out') THEN kind ELSE 'do_not_call' END AS kept
            FROM contact_restrictions
            WHERE customer_id = person AND organization_id = org AND lifted_at IS NULL AND kind IN
              ('cease', 'phone_opt_out', 'ai_opt_out', 'do_not_call', 'wrong_number', 'sms_opt_out')
          ) AS standing ORDER BY kept, e164, created_at
          ON CONFLICT DO NOTHING;
          DELETE FROM customers WHERE id = person AND organization_id = org;
          RETURN result || jsonb_build_object('customers', 1);
        END"""),
    "erase_unclaimed_calls(before timestamptz)": ("bigint", "LANGUAGE plpgsql", f"""
        DECLARE
          org uuid := {CURRENT};
          gone bigint;
        BEGIN
          DELETE FROM calls c WHERE c.organization_id = org AND c.customer_id IS NULL
            AND GREATEST(c.queued_at, c.ended_at) < LEAST(before, now() - interval '3 years')
            AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.call_id = c.id AND r.deleted_at IS NULL);
          GET DIAGNOSTICS gone = ROW_COUNT;
          RETURN gone;
        END"""),
    "purge_secret(of_call uuid, entry integer, kept text)": ("boolean", "LANGUAGE plpgsql", f"""
        DECLARE
          org uuid := {CURRENT};
        BEGIN
          UPDATE call_entries SET text = kept
          WHERE call_id = of_call AND seq = entry AND organization_id = org
            AND text IS DISTINCT FROM kept AND length(kept) < length(text) + 60
            AND kept ~ '\\[(card number|card code|ssn|bank account|password)\\]';
          RETURN FOUND;
        END"""),
}


def _signature(declared: str) -> str:
    """Name and argument types, as GRANT and DROP want them."""
    name, arguments = declared.rstrip(")").split("(")
    types = [argument.split()[-1] for argument in arguments.split(",") if argument.strip()]
    return f"{name}({', '.join(types)})"


def upgrade() -> None:
    op.create_table('utterance_findings',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rule', sa.String(length=16), nullable=False),
    sa.Column('match', sa.String(length=300), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('said_instead', sa.Text(), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_utterance_findings_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_utterance_findings_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_utterance_findings'))
    )
    op.create_index('ix_utterance_findings_call_id_seq', 'utterance_findings', ['call_id', 'seq'], unique=False)
    op.create_table('recordings',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('recording_sid', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('duration_seconds', sa.Integer(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'call_id'], ['calls.organization_id', 'calls.id'], name=op.f('fk_recordings_organization_id_call_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_recordings_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings'))
    )
    op.create_index('uq_recordings_recording_sid', 'recordings', ['recording_sid'], unique=True)
    op.create_index('ix_recordings_call_id', 'recordings', ['call_id'], unique=False)
    op.create_index('ix_recordings_organization_id_started_at', 'recordings', ['organization_id', 'started_at'], unique=False)
    op.create_table('erasure_requests',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('requested_by', sa.String(length=100), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('erasable_on', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_erasure_requests_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure_requests'))
    )
    op.create_index('ix_erasure_requests_organization_id_requested_at', 'erasure_requests', ['organization_id', 'requested_at'], unique=False)
    op.create_index('uq_erasure_requests_customer_id_open', 'erasure_requests', ['customer_id'], unique=True, postgresql_where=sa.text("status = 'restricted'"))
    op.create_table('do_not_call_imports',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('duplicate', sa.Integer(), nullable=False),
    sa.Column('invalid', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_do_not_call_imports_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_do_not_call_imports'))
    )
    op.create_index('ix_do_not_call_imports_organization_id_at', 'do_not_call_imports', ['organization_id', 'at'], unique=False)

    op.add_column('consents', sa.Column('revoked_by', sa.String(length=100), nullable=True))
    op.add_column('consents', sa.Column('revocation_lifted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('consents', sa.Column('revocation_lifted_by', sa.String(length=100), nullable=True))
    op.add_column('contact_restrictions', sa.Column('lift_reason', sa.String(length=300), nullable=True))
    op.create_index(
        'uq_contact_restrictions_do_not_call', 'contact_restrictions', ['organization_id', 'phone_number'], unique=True,
        postgresql_where=sa.text("kind = 'do_not_call' AND lifted_at IS NULL AND customer_id IS NULL AND phone_number IS NOT NULL"),
    )
    op.create_index('ix_contact_restrictions_organization_id_created_at', 'contact_restrictions', ['organization_id', 'created_at'], unique=False)
    op.create_index('ix_audit_log_organization_id_subject', 'audit_log', ['organization_id', 'subject'], unique=False)

    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO archer_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own ON {table} TO archer_app "
            f"USING (organization_id = {CURRENT}) WITH CHECK (organization_id = {CURRENT})"
        )
    for declared, (returns, language, body) in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {declared} RETURNS {returns} {language} SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $body$ {body} $body$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {_signature(declared)} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {_signature(declared)} TO archer_app")


def downgrade() -> None:
    for declared in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {_signature(declared)}")
    op.drop_index('ix_audit_log_organization_id_subject', table_name='audit_log')
    op.drop_index('ix_contact_restrictions_organization_id_created_at', table_name='contact_restrictions')
    op.drop_index('uq_contact_restrictions_do_not_call', table_name='contact_restrictions')
    op.drop_column('contact_restrictions', 'lift_reason')
    op.drop_column('consents', 'revocation_lifted_by')
    op.drop_column('consents', 'revocation_lifted_at')
    op.drop_column('consents', 'revoked_by')
    op.drop_table('do_not_call_imports')
    op.drop_table('erasure_requests')
    op.drop_table('recordings')
    op.drop_table('utterance_findings')
