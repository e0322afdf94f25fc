"""What the sign-in page says."""

from dataclasses import dataclass

from api.people.rules import FREE_ATTEMPTS, LOCKED_FOR

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class SignInForm:
    """The form as it is shown: what was typed, and what is wrong by field. The password is never shown again."""

    csrf: str
    next: str
    email: str = ""
    email_error: str = ""
    password_error: str = ""
    notice: str = ""

    @property
    def errors(self) -> list[dict[str, str]]:
        """The error summary, each line with the field that it leads to."""
        pairs = ((self.email_error, "#email"), (self.password_error, "#password"))
        return [{"text": text, "href": href} for text, href in pairs if text]


def missing(email: str, password: str) -> dict[str, str]:
    """The fields that were left empty."""
    errors = {} if email.strip() else {"email_error": "Enter your email address"}
    return errors if password else {**errors, "password_error": "Enter your password"}


def refused() -> dict[str, str]:
    """The same words for a wrong password, an unknown address and a locked account, so that they give nothing away."""
    tries = NUMBERS[FREE_ATTEMPTS]
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    words = (
        "The email address or the password is not right. "
        f"After {tries} wrong passwords in a row, an account is locked for {minutes} minutes."
    )
    return {"email_error": words}


def out_of_date() -> dict[str, str]:
    """The form was open too long, came from elsewhere, or the browser keeps no cookies."""
    return {"email_error": "This page was open for too long. Nothing was sent. Sign in again now."}
