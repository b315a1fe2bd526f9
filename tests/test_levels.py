"""Levels of values: when a count, a wait and a time in a status are amber or red."""

import pytest

from livechat.boards import levels


@pytest.mark.parametrize(
    ("value", "level"), [(0, ""), (2.9, ""), (3, "amber"), (5.9, "amber"), (6, "red"), (60, "red")]
)
def test_a_value_has_a_level_from_its_limit_on(value: float, level: str) -> None:
    assert levels.level(value, 3, 6) == level


@pytest.mark.parametrize(("value", "level"), [(0, "red"), (1, "red"), (2, "amber"), (3, "amber"), (4, "")])
def test_of_a_low_value_the_limits_are_reached_from_above(value: int, level: str) -> None:
    assert levels.level(value, 3, 1, low=True) == level


def test_a_limit_that_is_missing_is_never_reached_and_one_of_zero_is() -> None:
    assert levels.level(10**6, None, None) == ""
    assert levels.level(10**6, 1, None) == "amber"
    assert levels.level(10**6, None, 1) == "red"
    assert levels.level(0, None, 0, low=True) == "red"


@pytest.mark.parametrize(("seconds", "level"), [(599, ""), (600, "amber"), (899, "amber"), (900, "red")])
def test_a_time_in_a_status_is_amber_at_its_limit_and_red_at_one_and_a_half_times_it(seconds: int, level: str) -> None:
    assert levels.of_status(600).level(seconds) == level
    assert levels.NO_LIMITS.level(seconds) == ""


@pytest.mark.parametrize(
    ("amber", "red", "low", "reversed_"),
    [(3, 6, False, False), (6, 3, False, True), (3, 3, False, False), (3, 6, True, True), (6, 3, True, False)],
)
def test_limits_are_reversed_if_red_is_reached_before_amber(amber: int, red: int, low: bool, reversed_: bool) -> None:
    assert levels.reversed_limits(amber, red, low=low) is reversed_
    assert levels.reversed_limits(None, red, low=low) is levels.reversed_limits(amber, None, low=low) is False
