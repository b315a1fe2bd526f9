"""Ports that tests give to processes which bind them later."""

from tests.support.ports import first_of_clients, free_port


def test_a_port_for_later_is_none_that_a_connection_could_be_given_meanwhile() -> None:
    found = [free_port() for _ in range(100)]
    assert max(found) < first_of_clients()
    assert len(set(found)) == len(found)
