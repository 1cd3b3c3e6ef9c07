"""Find the entries of the last hours without reading all that was ever said (R-07 looks for them)."""

from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_call_entries_at', 'call_entries', ['at'], unique=False, postgresql_using='brin')


def downgrade() -> None:
    op.drop_index('ix_call_entries_at', table_name='call_entries')
