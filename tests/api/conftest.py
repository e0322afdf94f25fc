"""Fixtures for tests of the API's parts."""

import pytest

from api.clients import twilio
from tests.harness.stand_in import Carrier


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """What stands where the carrier stands: it takes every text and call, unless its plan says otherwise."""
    stand_in = Carrier()
    monkeypatch.setattr(twilio, "send_text", stand_in.send_text)
    monkeypatch.setattr(twilio, "place_call", stand_in.place_call)
    monkeypatch.setattr(twilio, "cancel_call", stand_in.cancel_call)
    return stand_in
