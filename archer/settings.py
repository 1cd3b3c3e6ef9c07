"""What is configured: one class, read from the environment (or `.env` on one machine), checked at start-up."""

from functools import cache
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-secret-of-32-bytes-or-more"  # noqa: S105 - refused outside development


class Settings(BaseSettings):
    """Every setting of the Functions app and of the agent; names are the environment's, lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    environment: Literal["development", "test", "staging", "production"] = "production"

    database_url: SecretStr = SecretStr("")
    """SQLAlchemy URL of Postgres for a role that row-level security binds (no superuser, no BYPASSRLS)."""
    azurewebjobsstorage: SecretStr = SecretStr("")
    web_pubsub_connection_string: SecretStr = SecretStr("")

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from_number: str = ""
    twilio_api_base_url: str = ""
    """Empty: Twilio itself. Else scheme and host that answer `/2010-04-01/...` and `/v2/PhoneNumbers/...`."""

    reassigned_numbers_base_url: str = ""
    reassigned_numbers_api_key: SecretStr = SecretStr("")

    cartesia_api_key: SecretStr = SecretStr("")
    cartesia_agent_id: str = ""
    cartesia_base_url: str = "https://api.cartesia.ai"

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = "https://api.openai.com/v1"
    agent_model: str = "gpt-4.1"
    agent_small_model: str = "gpt-4.1-mini"
    """Empty: no second model; the rules take over from the first one."""
    agent_level: int = Field(default=0, ge=0, le=3)
    """Best rung of the ladder that may be used: 0 full model, 1 small model, 2 rules, 3 a person or a callback."""
    agent_first_token_seconds: float = Field(default=1.0, gt=0, le=5)
    """How long the full model may take to begin before the small one is asked."""
    agent_first_sentence_seconds: float = Field(default=1.7, gt=0, le=5)
    """Within this, over all models, a first sentence is whole, or the rules answer. Below two: no silence is longer."""

    public_api_url: str = "http://127.0.0.1:7071"
    """Scheme and host at which Twilio and the agent reach the Functions app; signatures are checked over it."""
    public_agent_url: str = "http://127.0.0.1:8080"
    """Scheme and host at which Twilio reaches the agent container app."""

    call_token_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    link_token_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    line_server_token: SecretStr = SecretStr("")
    """When set, Cartesia must present it (`Authorization: Bearer`) to `/chats` and `/ws`."""

    agent_max_calls: int = Field(default=100, ge=1)
    """Calls one replica carries; further ones are answered 503 so that another replica takes them."""
    applicationinsights_connection_string: SecretStr = SecretStr("")

    @field_validator("public_api_url", "public_agent_url", "twilio_api_base_url", "cartesia_base_url")
    @classmethod
    def _no_trailing_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @model_validator(mode="after")
    def _no_development_secret_in_production(self) -> "Settings":
        if self.environment in ("staging", "production"):
            for name in ("call_token_secret", "link_token_secret"):
                if getattr(self, name).get_secret_value() == DEVELOPMENT_SECRET:
                    raise ValueError(f"{name.upper()} must be set when ENVIRONMENT is {self.environment}")
        return self


@cache
def settings() -> Settings:
    """The settings of this process; raises pydantic.ValidationError when they are incomplete."""
    return Settings()
