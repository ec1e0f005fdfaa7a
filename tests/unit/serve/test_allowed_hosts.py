"""By which names a request may call this machine."""

from __future__ import annotations

import pytest

from kbgen.serve.allowed_hosts import is_allowed

OURS = ["localhost", "LOCALHOST:8000", "localhost.:8000", "127.0.0.1", "127.0.0.1:9", "127.9.9.9:80"]
OURS += ["[::1]:8000", "[::1]", "site.localhost:8000"]
FOREIGN = ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"]
FOREIGN += ["evil-localhost", "192.168.1.2:8000", "10.0.0.1", "[fe80::1]", "0x7f000001", "2130706433"]
FOREIGN += ["", " ", ":8000", "localhost:x", "user@localhost", "localhost/evil", "[::1", "a b"]


@pytest.mark.parametrize("host", OURS)
def test_our_own_names(host: str) -> None:
    assert is_allowed([host], "127.0.0.1")


@pytest.mark.parametrize("host", FOREIGN)
def test_names_of_strangers(host: str) -> None:
    assert not is_allowed([host], "127.0.0.1")


@pytest.mark.parametrize("hosts", [[], ["localhost", "localhost"], ["localhost", "evil.example"]])
def test_there_must_be_just_one(hosts: list[str]) -> None:
    assert not is_allowed(hosts, "127.0.0.1")


@pytest.mark.parametrize("bound", ["0.0.0.0", "192.168.1.2", "::"])  # noqa: S104 (nothing is bound)
def test_where_others_may_read_a_number_is_allowed_and_a_name_still_is_not(bound: str) -> None:
    assert is_allowed(["192.168.1.2:8000"], bound)
    assert is_allowed(["[fe80::1]:8000"], bound)
    assert not is_allowed(["evil.example:8000"], bound)


def test_the_name_that_was_asked_for() -> None:
    assert is_allowed(["My-Machine.local:8000"], "my-machine.local")
    assert not is_allowed(["other.local:8000"], "my-machine.local")
