"""Recordings that are begun, paused and stopped; indexes for what the sweeper and the gate ask."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

DUE = "deleted_at IS NULL AND (card_data_at IS NOT NULL OR status IN ('requested', 'asking', 'in-progress', 'paused'))"
ENDED = "('completed', 'no_answer', 'busy', 'failed', 'canceled', 'blocked')"
UNWRAPPED = "wrapped_up_at IS NULL AND status IN ('completed', 'no_answer', 'busy', 'failed', 'canceled')"

LOOKUPS = (
    "api_key_owner(text)", "organization_of_number(text)", "organizations_with_unsent(timestamptz)",
    "open_calls_untouched(timestamptz)", "calls_without_wrapup(timestamptz)", "messages_unsent(timestamptz)",
)
# Without pg_temp named last it is searched first: whoever may make a temporary table could put his own in a
# function's way, with the owner's rights.
SEARCH_PATH = "public, pg_temp"


def upgrade() -> None:
    op.alter_column('recordings', 'recording_sid', nullable=True)
    op.add_column('recordings', sa.Column('wanted', sa.String(length=64), server_default='in-progress', nullable=False))
    op.add_column('recordings', sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
    op.add_column('recordings', sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('recordings', sa.Column('error', sa.String(length=300), nullable=True))
    op.add_column('recordings', sa.Column('card_data_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('uq_recordings_call_id_unplaced', 'recordings', ['call_id'], unique=True, postgresql_where=sa.text("recording_sid IS NULL"))
    op.create_index('ix_recordings_due', 'recordings', ['started_at'], unique=False, postgresql_where=sa.text(DUE))
    op.execute(f"""
        CREATE FUNCTION recordings_due(before timestamptz) RETURNS TABLE (organization_id uuid, recording_id uuid)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = {SEARCH_PATH} AS $$
          SELECT r.organization_id, r.id FROM recordings r JOIN calls c ON c.id = r.call_id
          WHERE r.deleted_at IS NULL
            AND (r.card_data_at IS NOT NULL OR r.status IN ('requested', 'asking', 'in-progress', 'paused'))
            AND c.status IN {ENDED} AND c.updated_at < before
          ORDER BY r.started_at LIMIT 500 $$""")
    op.execute("REVOKE ALL ON FUNCTION recordings_due(timestamptz) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION recordings_due(timestamptz) TO archer_app")
    for function in LOOKUPS:
        op.execute(f"ALTER FUNCTION {function} SET search_path = {SEARCH_PATH}")
    op.create_index('ix_calls_unwrapped', 'calls', ['updated_at'], unique=False, postgresql_where=sa.text(UNWRAPPED))
    op.create_index('ix_messages_unsent', 'messages', ['created_at'], unique=False, postgresql_where=sa.text("status IN ('queued', 'sending')"))
    op.create_index('ix_messages_customer_id_sent_at', 'messages', ['customer_id', 'sent_at'], unique=False)
    op.create_index('ix_messages_organization_id_to_number_sent_at', 'messages', ['organization_id', 'to_number', 'sent_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_messages_organization_id_to_number_sent_at', table_name='messages')
    op.drop_index('ix_messages_customer_id_sent_at', table_name='messages')
    op.drop_index('ix_messages_unsent', table_name='messages')
    op.drop_index('ix_calls_unwrapped', table_name='calls')
    for function in LOOKUPS:
        op.execute(f"ALTER FUNCTION {function} SET search_path = public")
    op.execute("DROP FUNCTION recordings_due(timestamptz)")
    op.drop_index('ix_recordings_due', table_name='recordings')
    op.drop_index('uq_recordings_call_id_unplaced', table_name='recordings')
    op.execute("DELETE FROM recordings WHERE recording_sid IS NULL")  # never begun: there is nothing at the carrier
    op.drop_column('recordings', 'card_data_at')
    op.drop_column('recordings', 'error')
    op.drop_column('recordings', 'asked_at')
    op.drop_column('recordings', 'attempts')
    op.drop_column('recordings', 'wanted')
    op.alter_column('recordings', 'recording_sid', nullable=False)
