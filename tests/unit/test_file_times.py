"""When the times of a file can be relied on."""

import pytest

from broadsheet.sources.file_times import is_settled

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("changed", "looked", "settled"),
    [
        (10 * SECOND + 5, 10 * SECOND + 5, False),
        (10 * SECOND + 5, 10 * SECOND + 50_000_000, False),
        (10 * SECOND + 5, 10 * SECOND + 150_000_000, True),
        (10 * SECOND, 11 * SECOND, False),
        (10 * SECOND, 12 * SECOND + 1, True),
        (20 * SECOND, 10 * SECOND, False),
        (0, 10 * SECOND, True),
    ],
)
def test_a_change_shows_once_the_clock_of_the_file_system_has_gone_on(changed, looked, settled):
    assert is_settled(changed, looked) is settled
