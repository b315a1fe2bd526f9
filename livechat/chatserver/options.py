"""The settings of a chat server."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

VisitorPut = Literal["merge", "replace"]


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one chat server; the defaults make a plausible demo.

    `agents` and `visitors` are numbers of people. The sample agent and the sample visitor of the vendor's page
    are always among them, so each number is at least 1. The number of visitors on site stays near `visitors`.
    `seed` decides all names, ids and events. `freeze`: nothing changes by itself.
    `hostile`: some visitors have names and values that are meant to break pages, for tests.
    `visitor_put`: whether a visitor PUT merges into the custom variables or replaces them; Comm100 does not say.
    `visibility_delay`: seconds until reads show a write; Comm100 caches for 5 s.
    `list_cache`: seconds that both lists are answered from memory, as old as that; Comm100 seems to do so for 5 s.
    `rate_limit`: calls per 5 minutes and client address, 0 for no limit; Comm100 allows 300.
    `latency`: seconds that every call takes at least.
    `directory`: False makes the four neighbour calls answer 403, as for a caller without the permission.
    `integrations`: False makes the calls about webhooks answer 403, as for a caller who may not manage integrations.
    `token`: the Bearer token that never expires; empty means none.
    `token_lifetime`: seconds that a token of `/oauth/token` is valid. `clock` answers seconds since 1970.
    """

    agents: int = 24
    visitors: int = 180
    seed: int | str = "livechat"
    freeze: bool = False
    hostile: bool = False
    visitor_put: VisitorPut = "merge"
    visibility_delay: float = 0.0
    list_cache: float = 0.0
    rate_limit: int = 0
    latency: float = 0.0
    directory: bool = True
    integrations: bool = True
    token: str = ""
    token_lifetime: float = 43199
    client_id: str = "livechat-demo"
    client_secret: str = "demo-client-secret"  # noqa: S105 - the stand-in guards no real data
    api_key: str = "demo-api-key"
    site_id: str = "10000"
    clock: Callable[[], float] = time.time
