"""The prompt that the agent was given for a call, beside the tactic."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('calls', sa.Column('prompt', sa.String(length=64), nullable=True))
    op.add_column('calls', sa.Column('prompt_version', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('calls', 'prompt_version')
    op.drop_column('calls', 'prompt')
