"""The handset: pretend phones on a developer's machine, and the pretend carrier behind them."""

from fastapi import Depends, FastAPI

from api import settings
from api.channels.handset import carrier as carrier_routes
from api.clients.pretend import PretendCarrier
from api.people import access


def make_carrier() -> PretendCarrier:
    """A pretend carrier that posts texts to the staff number to the pager, and all others to the carers' line."""
    wanted = settings.get()
    webhooks = {wanted.pager_number: "/twilio/pager"}
    token = wanted.twilio_auth_token.get_secret_value()
    return PretendCarrier(token, wanted.twilio_account_sid, wanted.public_url, webhooks)


def add_to(app: FastAPI, carrier: PretendCarrier) -> None:
    """Serve the handset from this application. Called in development only; each page checks that again."""
    router = carrier_routes.make_router(carrier)
    app.include_router(router, prefix="/handset/twilio", dependencies=[Depends(access.development_only)])
