"""What the pages of signing in say."""

from dataclasses import dataclass

from api.people.rules import FREE_ATTEMPTS, LOCKED_FOR

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class SignInForm:
    """The form as it is shown: what was typed, and what is wrong by field. The password is never shown again."""

    next: str
    email: str = ""
    email_error: str = ""
    password_error: str = ""
    notice: str = ""
    refusal: str = ""

    @property
    def errors(self) -> list[dict[str, str]]:
        """The error summary, each line with the field that it leads to."""
        pairs = ((self.email_error, "#email"), (self.password_error, "#password"))
        found = [{"text": text, "href": href} for text, href in pairs if text]
        return [{"text": self.refusal}, *found] if self.refusal else found


_ELSEWHERE = {
    "unreachable": "The sign-in of your organisation cannot be reached now. Sign in with your password.",
    "other_issuer": "The sign-in of your organisation is not the one that was set up here. Tell an administrator.",
    "refused": "Your organisation did not sign you in. Try again, or sign in with your password.",
    "not_believed": "What your organisation sent could not be checked, so you were not let in. Tell an administrator.",
    "no_identity": "Your organisation did not say who you are. Tell an administrator.",
    "not_fresh": "Your organisation did not ask you to sign in anew. Sign out there, then try again.",
    "not_verified": "Your organisation has not confirmed your email address, so we cannot know that it is yours.",
    "not_invited": "You are signed in at your organisation, but nobody has invited you here. Ask an administrator.",
    "other_account": "Your name here belongs to another account of your organisation. Ask an administrator.",
    "out_of_date": "That took too long, or began in another browser. Begin again here.",
}


def elsewhere_refused(why: str) -> str:
    """Why signing in at another organisation did not work here; empty: nothing was wrong."""
    return _ELSEWHERE.get(why, "")


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


def wrong_code() -> str:
    """The same words for a wrong code, one that was used before, and a locked account."""
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    tries = NUMBERS[FREE_ATTEMPTS]
    return (
        "That code is not right, or has been used. Wait for the next one. "
        f"After {tries} wrong ones in a row, an account is locked for {minutes} minutes."
    )


def not_confirmed() -> str:
    """The same words whichever of the two was wrong, and for a locked account."""
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    return (
        "The password or the code is not right, or the code has been used. "
        f"After {NUMBERS[FREE_ATTEMPTS]} wrong ones in a row, an account is locked for {minutes} minutes."
    )
