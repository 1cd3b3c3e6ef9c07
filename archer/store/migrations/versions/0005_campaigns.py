"""Campaigns, their members, and the campaign that a call belongs to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

CURRENT = "NULLIF(current_setting('app.organization_id', true), '')::uuid"
OWNED = ("campaigns", "campaign_members")


def upgrade() -> None:
    op.create_table('campaigns',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('agent_profile', sa.String(length=64), nullable=False),
    sa.Column('tactic', sa.String(length=64), nullable=True),
    sa.Column('collector_mode', sa.String(length=64), nullable=False),
    sa.Column('max_concurrent_calls', sa.Integer(), nullable=False),
    sa.Column('calls_per_minute', sa.Integer(), nullable=False),
    sa.Column('max_attempts', sa.Integer(), nullable=False),
    sa.Column('retry_after_minutes', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wake_number', sa.Integer(), server_default='0', nullable=False),
    sa.Column('look_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_campaigns_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns')),
    sa.UniqueConstraint('organization_id', 'id', name=op.f('uq_campaigns_organization_id_id'))
    )
    op.create_index('ix_campaigns_organization_id_created_at_id', 'campaigns', ['organization_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_campaigns_look_due_at', 'campaigns', ['look_due_at'], unique=False, postgresql_where=sa.text('look_due_at IS NOT NULL'))
    op.create_table('campaign_members',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('campaign_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('calls', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_call_id', sa.Uuid(), nullable=True),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organization_id', sa.UUID(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id', 'campaign_id'], ['campaigns.organization_id', 'campaigns.id'], name=op.f('fk_campaign_members_organization_id_campaign_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id', 'customer_id'], ['customers.organization_id', 'customers.id'], name=op.f('fk_campaign_members_organization_id_customer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_campaign_members_organization_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_members')),
    sa.UniqueConstraint('campaign_id', 'customer_id', name=op.f('uq_campaign_members_campaign_id_customer_id'))
    )
    op.create_index('ix_campaign_members_campaign_id_status_next_attempt_at', 'campaign_members', ['campaign_id', 'status', 'next_attempt_at'], unique=False)
    op.create_index('ix_campaign_members_campaign_id_added_at_id', 'campaign_members', ['campaign_id', 'added_at', 'id'], unique=False)
    op.create_index('ix_campaign_members_customer_id', 'campaign_members', ['customer_id'], unique=False)
    op.add_column('calls', sa.Column('campaign_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_calls_organization_id_campaign_id'), 'calls', 'campaigns', ['organization_id', 'campaign_id'], ['organization_id', 'id'])
    op.create_index('ix_calls_campaign_id_queued_at', 'calls', ['campaign_id', 'queued_at'], unique=False, postgresql_where=sa.text('campaign_id IS NOT NULL'))
    for table in OWNED:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO archer_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own ON {table} TO archer_app "
            f"USING (organization_id = {CURRENT}) WITH CHECK (organization_id = {CURRENT})"
        )
    op.execute(
        "CREATE FUNCTION campaigns_overdue(before timestamptz) RETURNS TABLE (organization_id uuid, campaign_id uuid) "
        "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$ "
        "SELECT c.organization_id, c.id FROM campaigns c WHERE c.look_due_at < before ORDER BY c.look_due_at LIMIT 500 $body$"
    )
    op.execute("REVOKE ALL ON FUNCTION campaigns_overdue(timestamptz) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION campaigns_overdue(timestamptz) TO archer_app")


def downgrade() -> None:
    op.execute("DROP FUNCTION campaigns_overdue(timestamptz)")
    op.drop_index('ix_calls_campaign_id_queued_at', table_name='calls')
    op.drop_constraint(op.f('fk_calls_organization_id_campaign_id'), 'calls', type_='foreignkey')
    op.drop_column('calls', 'campaign_id')
    op.drop_table('campaign_members')
    op.drop_table('campaigns')
