"""Another organisation's sign-in, by OpenID Connect: where to send a browser, and who it says has come back.

Authlib does the protocol: discovery, PKCE (S256), state, nonce, and the checks of the identity token (signature,
issuer, audience, times). Nothing here knows our people.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import StarletteOAuth2App
from joserfc.errors import JoseError

from api import clock, logs, settings

SCOPE = "openid email profile"
PATIENCE = 10.0  # Seconds.
JUST_NOW = 5 * 60  # Seconds: how long ago somebody who was asked to may have proved who they are.
_log = logs.get(__name__)


class IdentityError(Exception):
    """Signing in elsewhere did not work. `reason`: one word for the page and for the audit log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """Who has signed in elsewhere. `subject` is theirs for ever; an e-mail address may be another's next year."""

    subject: str
    email: str
    is_verified: bool
    with_second_factor: bool


def is_offered() -> bool:
    """Whether the settings name a provider."""
    return bool(settings.get().oidc_issuer)


@lru_cache
def _app(issuer: str, client_id: str, secret: str) -> Any:
    return StarletteOAuth2App(
        framework=None,
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "timeout": PATIENCE},
    )


async def _ready() -> Any:
    """Our side of the provider, which must be the one that the settings name."""
    wanted = settings.get()
    secret = wanted.oidc_client_secret.get_secret_value() if wanted.oidc_client_secret else ""
    app = _app(wanted.oidc_issuer, wanted.oidc_client_id, secret)
    metadata = await app.load_server_metadata()
    if metadata.get("issuer") != wanted.oidc_issuer:
        _app.cache_clear()
        raise IdentityError("other_issuer")
    return app


async def begin(back: str, again: bool = False) -> tuple[str, dict[str, str]]:
    """Where the browser goes, and what must be kept for its return. `again`: they must prove who they are anew.

    Raises IdentityError when the provider cannot be reached.
    """
    try:
        app = await _ready()
        extra = {"prompt": "login", "max_age": "0"} if again else {}
        made = await app.create_authorization_url(back, **extra)
    except (httpx2.HTTPError, ValueError, RuntimeError) as error:
        _log.warning("identity_unreachable", error=type(error).__name__)
        raise IdentityError("unreachable") from error
    kept = {name: made[name] for name in ("state", "nonce", "code_verifier")}
    return made["url"], kept | {"back": back, "again": "again" if again else ""}


async def finish(code: str, kept: dict[str, str]) -> Identity:
    """Who has come back with this code. Raises IdentityError when that cannot be known for certain."""
    try:
        app = await _ready()
        token = await app.fetch_access_token(code=code, redirect_uri=kept["back"], code_verifier=kept["code_verifier"])
        claims = await app.parse_id_token(token, nonce=kept["nonce"])
        if claims is None:
            raise IdentityError("no_identity")
        if kept["again"] and clock.now().timestamp() - int(claims.get("auth_time", 0)) > JUST_NOW:
            raise IdentityError("not_fresh")
        return _identity(dict(claims) | await _more(app, token, claims))
    except OAuthError as error:
        raise IdentityError("refused") from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        _log.warning("identity_not_believed", error=type(error).__name__)
        raise IdentityError("not_believed") from error
    except (httpx2.HTTPError, RuntimeError) as error:
        _log.warning("identity_unreachable", error=type(error).__name__)
        raise IdentityError("unreachable") from error


async def _more(app: Any, token: dict[str, Any], claims: Any) -> dict[str, Any]:
    """The address, from where most providers tell it. Of another person's it says nothing (OpenID Connect 5.3.2)."""
    if "email" in claims:
        return {}
    found = dict(await app.userinfo(token=token))
    if found.get("sub") != claims["sub"]:
        raise IdentityError("not_believed")
    return {name: found[name] for name in ("email", "email_verified") if name in found}


def _identity(claims: dict[str, Any]) -> Identity:
    return Identity(
        subject=f"{claims['iss']} {claims['sub']}",
        email=str(claims.get("email", "")).strip().lower(),
        is_verified=claims.get("email_verified") is True,
        with_second_factor="mfa" in claims.get("amr", ()),  # RFC 8176.
    )
