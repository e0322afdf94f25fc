"""What Twilio's API refuses about a text or a call, and how it says so (https://www.twilio.com/docs/api/errors)."""

import re
from typing import Any

MAX_BODY = 1600  # Characters that Twilio takes in one call.
MAX_VALIDITY = 36_000  # Seconds.
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_ADDRESS = re.compile(r"https?://[^\s/_]+(/\S*)?")  # Twilio takes no underscore in the name of a host.


class Refused(Exception):
    """The carrier's API says no: HTTP status, Twilio's code, message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        """The error as Twilio's API answers it."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more, "status": self.status}


def check(form: dict[str, str]) -> None:
    """Raise Refused for the first thing that Twilio would refuse in a request to send a text."""
    for code, message in _faults(form):
        raise Refused(400, code, message)


def check_call(form: dict[str, str]) -> None:
    """Raise Refused for the first thing that Twilio would refuse in a request to place a call."""
    to, sender, url = form.get("To", ""), form.get("From", ""), form.get("Url", "")
    callback, spoken = form.get("StatusCallback", ""), form.get("Twiml", "")
    checks = [
        (not to, 21201, "No 'To' number is specified."),
        (not _NUMBER.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (not sender, 21213, "'From' phone number is required."),
        (not _NUMBER.fullmatch(sender), 21212, f"Invalid 'From' Phone Number: {sender}"),
        (not spoken and not _ADDRESS.fullmatch(url), 21205, f"Url is not a valid URL: {url}"),
        (bool(callback) and not _ADDRESS.fullmatch(callback), 21609, "The 'StatusCallback' URL is not a valid URL."),
    ]
    for wrong, code, message in checks:
        if wrong:
            raise Refused(400, code, message)


def check_change(status: str, url: str, twiml: str) -> None:
    """Raise Refused for the first thing that Twilio would refuse in a request to change a call."""
    checks = [
        (status not in ("", "canceled", "completed"), 20001, f"Invalid Status: {status}"),
        (bool(url) and not _ADDRESS.fullmatch(url), 21205, f"Url is not a valid URL: {url}"),
        (bool(url and twiml), 20001, "Url and Twiml are mutually exclusive."),
    ]
    for wrong, code, message in checks:
        if wrong:
            raise Refused(400, code, message)


def _faults(form: dict[str, str]) -> list[tuple[int, str]]:
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback, validity = form.get("StatusCallback", ""), form.get("ValidityPeriod", "1")
    checks = [
        (not to, 21604, "A 'To' phone number is required."),
        (not _NUMBER.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (not sender and not form.get("MessagingServiceSid"), 21603, "A 'From' phone number is required."),
        (bool(sender) and not _SENDER.fullmatch(sender), 21212, f"Invalid 'From' Phone Number: {sender}"),
        (sender == to, 21266, "'To' and 'From' number cannot be the same."),
        (not body and not form.get("MediaUrl"), 21602, "Message body is required."),
        (len(body) > MAX_BODY, 21617, f"The message body exceeds {MAX_BODY} characters."),
        (bool(callback) and not _ADDRESS.fullmatch(callback), 21609, "The 'StatusCallback' URL is not a valid URL."),
        (not (validity.isdigit() and 1 <= int(validity) <= MAX_VALIDITY), 20001, "The ValidityPeriod is out of range."),
    ]
    return [(code, message) for wrong, code, message in checks if wrong]
