"""The form of data/review.yml. It comes from people, as requests do, and is checked as strictly."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HardContent(_File):
    """Something that is hard to read, and by which categories of danger and needs it is known."""

    about: str
    categories: list[str] = []
    needs: list[str] = []

    @property
    def marks(self) -> frozenset[str]:
        """The marks of a conversation that has it."""
        return frozenset([f"category:{one}" for one in self.categories] + [f"need:{one}" for one in self.needs])


class ReviewFile(_File):
    """The whole file."""

    owner: str
    version: int
    review_date: date
    status: str
    hard_content: list[HardContent]
