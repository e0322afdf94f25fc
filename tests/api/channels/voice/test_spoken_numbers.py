"""How numbers are read aloud. Pure rules."""

import pytest

from api.channels.voice.rules import for_speech


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Ring 01632 960 999.", "Ring 0 1 6 3 2, 9 6 0, 9 9 9. That is 0 1 6 3 2, 9 6 0, 9 9 9."),
        ("Ring 0161 111 2222.", "Ring 0 1 6 1 1, 1 1 2, 2 2 2. That is 0 1 6 1 1, 1 1 2, 2 2 2."),
        ("Ring 999 or 111.", "Ring 9 9 9 or 1 1 1."),
        ("Ring 116 123.", "Ring 1 1 6 1 2 3."),
        ("Ring 18001 01632 960 001", "Ring 1 8 0 0 1, 0 1 6 3 2, 9 6 0, 0 0 1. That is 0 1 6 3 2, 9 6 0, 0 0 1"),
        ("Ring 0808 808 00 00.", "Ring 0 8 0 8 8, 0 8 0, 0 0 0. That is 0 8 0 8 8, 0 8 0, 0 0 0."),
        ("Ring 01632 960 001 24 hours", "Ring 0 1 6 3 2, 9 6 0, 0 0 1. That is 0 1 6 3 2, 9 6 0, 0 0 1 24 hours"),
        ("In 2026 it was £111.", "In 2026 it was £111."),
    ],
)
def test_a_number_is_read_whole_even_where_a_part_of_it_looks_like_999(written: str, spoken: str) -> None:
    assert for_speech(written) == spoken
