"""data/languages.yml, checked."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(gt=0, le=1)]


class LanguageIn(BaseModel):
    """One language."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    title: Annotated[str, Field(min_length=1)]
    names: Annotated[list[str], Field(min_length=1)]
    written: bool = True


class LanguagesFile(BaseModel):
    """The file. `english`: words, apart by spaces."""

    model_config = ConfigDict(extra="forbid")

    owner: str
    version: int
    review_date: date
    status: str
    sources: list[str]
    sure: Share
    sure_in_other_letters: Share
    fewest_words: Annotated[int, Field(gt=0)]
    english: str
    languages: Annotated[list[LanguageIn], Field(min_length=1)]
