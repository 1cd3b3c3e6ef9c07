"""What triggers, orchestrations and activities hand to each other: plain JSON, checked on arrival."""

import json
from typing import Any
from uuid import UUID

import azure.functions as func
from pydantic import BaseModel, ConfigDict


class CallRef(BaseModel):
    """One call of one organization."""

    model_config = ConfigDict(extra="ignore")

    organization_id: UUID
    call_id: UUID

    def plain(self) -> dict[str, str]:
        """JSON terms."""
        return {"organization_id": str(self.organization_id), "call_id": str(self.call_id)}


class CampaignRef(BaseModel):
    """One campaign of one organization."""

    model_config = ConfigDict(extra="ignore")

    organization_id: UUID
    campaign_id: UUID

    def plain(self) -> dict[str, str]:
        """JSON terms."""
        return {"organization_id": str(self.organization_id), "campaign_id": str(self.campaign_id)}

    def instance(self) -> str:
        """The id of its orchestration."""
        return f"campaign-{self.campaign_id}"


class MessageRef(BaseModel):
    """One text message of one organization."""

    model_config = ConfigDict(extra="ignore")

    organization_id: UUID
    message_id: UUID


def body_of(message: func.QueueMessage) -> Any:
    """The JSON of a queue message; raises ValueError, and the message ends in the poison queue."""
    return json.loads(message.get_body().decode("utf-8"))
