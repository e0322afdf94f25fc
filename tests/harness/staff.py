"""A nurse's browser without JavaScript on the console: it keeps its cookies and posts the pages' own forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from api import demo
from api.audit.models import AuditEntry
from api.database import transaction
from api.people import service as people
from api.people.models import Person, Team
from tests.harness.chat import plain
from tests.harness.line import TRUST

NURSE_ONE, NURSE_TWO = "nurse.one@demo.example", "nurse.two@demo.example"
INFORMATION = "information@demo.example"
PASSWORD = demo.staff_file()["password"]
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_KEY = re.compile(r'name="key" value="([^"]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass
class StaffBrowser:
    """One browser. `page` and `status` are of the last page that it got, `address` is where that stands."""

    url: str
    client: httpx.AsyncClient = field(init=False)
    page: str = ""
    status: int = 0
    address: str = ""

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(base_url=self.url, headers={"Accept": "text/html"}, timeout=60, verify=TRUST)

    async def sign_in(self, email: str = NURSE_ONE, password: str = PASSWORD, next: str = "") -> "StaffBrowser":
        """Open the sign-in page and send its form."""
        await self.open(f"/console/sign-in?next={next}" if next else "/console/sign-in")
        return await self.post("/console/sign-in", email=email, password=password, next=next)

    async def open(self, address: str) -> "StaffBrowser":
        """Go to a page."""
        return self._take(await self.client.get(address, follow_redirects=True))

    async def post(self, path: str, **fields: str) -> "StaffBrowser":
        """Send a form of the page, with its hidden fields as they stand."""
        data = {"csrf": self.hidden(_CSRF), "key": self.hidden(_KEY), **fields}
        return self._take(await self.client.post(path, data=data, follow_redirects=True))

    async def send(self, path: str, fields: Mapping[str, str | list[str]]) -> "StaffBrowser":
        """Send a form with fields that a call cannot name, or that are sent more than once."""
        data = {"csrf": self.hidden(_CSRF), **fields}
        return self._take(await self.client.post(path, data=data, follow_redirects=True))

    def hidden_seen(self) -> str:
        """As of when the form's record is."""
        return self.hidden(_SEEN)

    def hidden(self, pattern: re.Pattern[str]) -> str:
        """A hidden field of the page."""
        found = pattern.search(self.page)
        return found[1] if found else ""

    def _take(self, response: httpx.Response) -> "StaffBrowser":
        self.page, self.status, self.address = response.text, response.status_code, str(response.url)
        return self

    @property
    def text(self) -> str:
        """The page as a reader sees it."""
        return plain(re.sub(r"(?s)<head>.*?</head>", " ", self.page))

    @property
    def title(self) -> str:
        """What the browser's tab says."""
        found = _TITLE.search(self.page)
        return plain(found[1]) if found else ""


async def another_team_s_nurse() -> str:
    """A second team with a nurse of its own. Returns her address; her password is everybody's."""
    async with transaction() as session:
        team = Team(code="other", name="Another team", phone="01632 960 111", line_number="+447700900150")
        session.add(team)
        await session.flush()
        email = f"{uuid4().hex}@other.example"
        hashed = people.hash_password(PASSWORD)
        session.add(Person(team=team, name="Other Nurse", email=email, phone=None, password_hash=hashed))
    return email


async def on_record(action: str, subject_id: UUID) -> int:
    """How often the audit log has this action on this subject."""
    async with transaction() as session:
        found = select(AuditEntry).where(AuditEntry.action == action, AuditEntry.subject_id == str(subject_id))
        return len((await session.execute(found)).scalars().all())
