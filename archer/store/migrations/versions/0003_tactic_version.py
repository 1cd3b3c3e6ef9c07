"""The version of the tactic that a call was asked for with."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('calls', sa.Column('tactic_version', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('calls', 'tactic_version')
