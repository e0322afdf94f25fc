"""Every setting, with what it means and a safe default, read from `NIGHTLIGHT_<NAME>` (see docs/operating.md)."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[1]
_NEEDED_SECRETS = ("bot_token", "twilio_auth_token", "seal_key", "identifier_key")
SECRETS = (
    *_NEEDED_SECRETS,
    "actions_token",
    "twilio_next_auth_token",
    "old_seal_key",
    "old_identifier_key",
    "oidc_client_secret",
    "webhook_key",
)
_LEAST_SECRET = 24


class Settings(BaseSettings):
    """The service's settings. Construction fails, naming the setting, when one is missing or unsafe."""

    model_config = SettingsConfigDict(
        env_prefix="NIGHTLIGHT_",
        env_file=(ROOT / "var/local.env", ROOT / ".env"),
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,  # A refusal must not print the secrets of the same file.
    )

    environment: Literal["development", "production"] = Field(
        "production", description="`development` allows demo secrets and the handset; anything public is `production`."
    )
    database_url: str = Field(
        validation_alias=AliasChoices("NIGHTLIGHT_DATABASE_URL", "DATABASE_URL"),
        description="PostgreSQL 16 or later, as a libpq URL.",
    )
    bot_database_url: str = Field("", description="The database of Rasa's conversation trackers, as a libpq URL.")
    database_pool: int = Field(10, description="Connections each process may hold, and five more in a rush.")
    data_dir: Path = Field(ROOT / "data", description="Where triage, replies and teams are read from.")
    releases_dir: Path = Field(
        ROOT / "var/releases",
        description="Where releases of learned data are built, for all processes to read.",
    )
    learning_repository: str = Field(
        "", description="A clone in which an approved release becomes a branch of commits. Empty: patches only."
    )

    public_url: str = Field(
        "http://localhost:8000", description="The address that carriers call and sign; no final slash."
    )
    embed_origins: str = Field(
        "", description="Web origins that may show the chat in their pages, separated by spaces. Empty: none."
    )

    bot_url: str = Field("http://127.0.0.1:5005", description="Where Rasa listens. Never reachable from outside.")
    bot_model: str = Field(
        "bot/models/nightlight.tar.gz", description="The model that Rasa starts with, as Rasa finds it."
    )
    bot_token: SecretStr = Field(description="What the API shows to Rasa's input channel.")
    bot_at_once: int = Field(4, description="Turns that one worker process asks Rasa for at once; it answers in turn.")
    bot_timeout_seconds: float = Field(6.0, description="After this a turn gets the approved fallback instead.")

    actions_token: SecretStr | None = Field(
        None, description="What the assistant's actions show to `/v1`. `api database prepare` stores a hash of it."
    )

    twilio_account_sid: str = Field(description="Twilio's account, beginning AC.")
    twilio_auth_token: SecretStr = Field(description="Signs webhooks and authenticates us to Twilio.")
    twilio_next_auth_token: SecretStr | None = Field(
        None, description="Set while tokens are rotated: webhooks signed with either are accepted."
    )
    twilio_api_url: str = Field("https://api.twilio.com", description="Twilio's REST API; locally the handset's.")
    twilio_messaging_service_sid: str = Field(
        "", description="The Messaging Service (MG…) with Advanced Opt-Out that carers' texts go out through."
    )
    pager_number: str = Field(
        description="The number that staff are paged from, apart from any carers' number (E.164)."
    )

    referral_addresses: dict[str, str] | None = Field(
        None, description="Where referrals to other organisations go, as JSON: a name of data/referrals, an address."
    )
    referral_secrets: dict[str, SecretStr] | None = Field(
        None, description="Keys that sign webhooks, as JSON: the same name, `whsec_` and the key in base64."
    )
    webhook_key: SecretStr | None = Field(
        None, description="The secrets that sign events for other programs come from it. Empty: no events go out."
    )
    webhook_local: bool = Field(False, description="Development only: events may go to this machine, without TLS.")
    smtp_host: str = Field(
        "", description="The mail server for referrals and invitations; it must speak TLS (STARTTLS)."
    )
    smtp_port: int = Field(587, description="Its port.")
    smtp_user: str = Field("", description="How we sign in there. Empty: we do not.")
    smtp_password: SecretStr | None = Field(None, description="The password for it.")
    mail_from: str = Field("", description="The address that e-mails come from.")

    second_factor: bool = Field(
        True, description="Whether staff need a code from their phone to sign in. Off in development only."
    )
    seal_key: SecretStr | None = Field(
        None, description="Seals the secrets of second factors in the database. Needed where those are on."
    )
    old_seal_key: SecretStr | None = Field(
        None, description="The seal key before, while what it sealed is still there: it opens and no longer seals."
    )
    identifier_key: SecretStr | None = Field(
        None, description="Seals carers' numbers and names in the database (docs/decisions/0010). Lost, so are they."
    )
    old_identifier_key: SecretStr | None = Field(
        None,
        description="It opens and does not seal: the next key before a change, the last one after it.",
    )
    oidc_issuer: str = Field(
        "", description="An OpenID Connect provider with which staff may sign in, as it names itself. Empty: none."
    )
    oidc_client_id: str = Field("", description="Who we are to that provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="The secret that it gave us.")
    oidc_name: str = Field("your organisation", description="What the sign-in button calls that provider.")
    session_idle_minutes: int = Field(30, description="A staff session ends after this long without a request.")
    session_hours: int = Field(12, description="A staff session ends after this long in any case.")
    handset: bool = Field(False, description="Development only: pretend phones and a pretend carrier at /handset.")
    sweep_seconds: int = Field(2, description="How often the worker looks for due work that no wake-up announced.")
    watch_seconds: float = Field(60, description="How often the worker shows a sign of life and the watch looks.")
    silent_after_seconds: float = Field(180, description="After this without a sign of life the lead is told.")
    watch_file: Path = Field(
        ROOT / "var/watch.json", description="Where the watch keeps whom to tell, for when the database is away."
    )
    worker_concurrency: int = Field(16, description="Turns that one worker process handles at once.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> "Settings":
        if self.environment == "production":
            problems = list(self._unsafe())
            if problems:
                raise ValueError("not safe for production: " + "; ".join(problems))
        return self

    def _unsafe(self) -> list[str]:
        problems = []
        for name in SECRETS:
            secret = (getattr(self, name) or SecretStr("")).get_secret_value()
            is_left_out = not secret and name not in _NEEDED_SECRETS
            if not is_left_out and (secret.startswith("demo") or len(secret) < _LEAST_SECRET):
                problems.append(
                    f"NIGHTLIGHT_{name.upper()} is a demo secret or shorter than {_LEAST_SECRET} characters"
                )
        if not self.second_factor:
            problems.append("NIGHTLIGHT_SECOND_FACTOR must be on")
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            problems.append("NIGHTLIGHT_OIDC_ISSUER must begin with https://")
        if self.handset:
            problems.append("NIGHTLIGHT_HANDSET must not be on")
        if self.webhook_local:
            problems.append("NIGHTLIGHT_WEBHOOK_LOCAL must not be on")
        if any(address.startswith("http://") for address in (self.referral_addresses or {}).values()):
            problems.append("NIGHTLIGHT_REFERRAL_ADDRESSES must not begin with http://")
        for name in ("public_url", "twilio_api_url"):
            if not getattr(self, name).startswith("https://"):
                problems.append(f"NIGHTLIGHT_{name.upper()} must begin with https://")
        return problems

    @property
    def asks_second_factor(self) -> bool:
        """Whether signing in asks for a code. A developer's machine without a seal key asks for none."""
        return self.second_factor and bool(self.seal_key and self.seal_key.get_secret_value())

    @property
    def public_socket_url(self) -> str:
        """The public address for WebSockets: the same, with ws for http."""
        return self.public_url.replace("http", "ws", 1)

    @property
    def signing_tokens(self) -> list[str]:
        """The keys with which a webhook may be signed, the current one first."""
        tokens = [self.twilio_auth_token, self.twilio_next_auth_token or SecretStr("")]
        return [token.get_secret_value() for token in tokens if token.get_secret_value()]


@lru_cache
def get() -> Settings:
    """The settings of this process, read once."""
    return Settings()
