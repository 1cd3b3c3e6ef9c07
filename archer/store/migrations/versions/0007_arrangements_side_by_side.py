"""A payment and a promise for the rest may stand side by side in one call; of each there is at most one in force."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('intents', sa.Column('besides', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.drop_index('uq_arrangements_call_id_active', table_name='arrangements')
    op.create_index('uq_arrangements_call_id_active', 'arrangements', ['call_id'], unique=True,
                    postgresql_where=sa.text("status = 'active' AND kind <> 'promise'"))
    op.create_index('uq_arrangements_call_id_promised', 'arrangements', ['call_id'], unique=True,
                    postgresql_where=sa.text("status = 'active' AND kind = 'promise'"))


def downgrade() -> None:
    op.execute(
        "UPDATE arrangements SET status = 'void' WHERE status = 'active' AND kind = 'promise' AND call_id IN "
        "(SELECT call_id FROM arrangements WHERE status = 'active' AND kind <> 'promise')"
    )
    op.drop_index('uq_arrangements_call_id_promised', table_name='arrangements')
    op.drop_index('uq_arrangements_call_id_active', table_name='arrangements')
    op.create_index('uq_arrangements_call_id_active', 'arrangements', ['call_id'], unique=True,
                    postgresql_where=sa.text("status = 'active'"))
    op.drop_column('intents', 'besides')
