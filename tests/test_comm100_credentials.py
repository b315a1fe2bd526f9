"""Credentials show no secret, cannot forge a header, and differ if any part differs."""

import pytest

from livechat.comm100.credentials import AnyCredential, ApiKey, Bearer, RenewingBearer, from_bytes

SECRET = "s3cret-and-long-enough"
ALL: list[AnyCredential] = [
    Bearer(SECRET),
    RenewingBearer(SECRET, f"{SECRET}-refresh", "client", f"{SECRET}-client", 1_800_000_000.5),
    ApiKey("ann@shop.example", SECRET, "10000"),
]


@pytest.mark.parametrize("credential", ALL, ids=lambda credential: type(credential).__name__)
def test_a_credential_survives_being_stored_and_never_shows_its_secret(credential: AnyCredential) -> None:
    assert from_bytes(credential.to_bytes()) == credential
    assert SECRET not in f"{credential} {credential!r} {[credential]}"
    assert credential.last_four == "ough"
    assert all(SECRET in secret or secret in credential.authorization for secret in credential.secrets)


def test_credentials_are_told_apart_by_kind_and_by_every_part() -> None:
    others = [
        ApiKey("ann@shop.example", SECRET, "10001"),
        ApiKey("bob@shop.example", SECRET, "10000"),
        Bearer("other"),
    ]
    identities = [credential.identity() for credential in ALL + others]
    assert len(set(identities)) == len(identities)
    assert Bearer(SECRET).identity() == ALL[0].identity()


def test_a_short_secret_shows_nothing() -> None:
    assert Bearer("abcdefgh").last_four == ""


@pytest.mark.parametrize("bad", ["", " ", "a b", "a\r\nX-Forged: 1", "a\x00", "é", "x" * 9_000])
def test_text_that_a_header_cannot_hold_is_refused_and_not_repeated(bad: str) -> None:
    for make in (
        lambda: Bearer(bad),
        lambda: RenewingBearer("a", bad, "c", "d", 0.0),
        lambda: RenewingBearer("a", "b", bad, "d", 0.0),
        lambda: ApiKey("ann@shop.example", bad, "1"),
    ):
        with pytest.raises(ValueError, match="characters") as caught:
            make()
        assert len(str(caught.value)) < 100
    with pytest.raises(ValueError, match="site id"):
        ApiKey("ann@shop.example", "key", "1&x=1")
    with pytest.raises(ValueError, match="e-mail"):
        ApiKey("ann:bob", "key", "1")


@pytest.mark.parametrize(
    "stored", [b"", b"{}", b'{"type":"bearer"}', b'{"type":"bearer","token":""}', b'{"type":"other"}']
)
def test_bytes_that_are_no_stored_credential_are_an_error(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_bytes(stored)
