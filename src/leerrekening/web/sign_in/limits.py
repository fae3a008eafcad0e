"""How often one address may sign in and one account may ask. A limit slows down; it never decides on a right.

Kept in the memory of each process, and nowhere else: no list of who came when is stored, a restart forgets, and what
one process allows another allows again. Whoever wants one limit over all processes sets it on the server before us.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from django.conf import settings
from django.http import HttpRequest

MOST_REMEMBERED: Final = 20_000
SHARED_PREFIX: Final = 64  # of an IPv6 address: one household or office


class Limit:
    """So many a minute, with as many saved up: a bucket that fills again. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._full_at: Final[OrderedDict[Hashable, float]] = OrderedDict()

    def seconds_to_wait(self, who: Hashable, per_minute: int) -> int:
        """0 when this may go on and is counted, else whole seconds until it may. `per_minute` 0: no limit."""
        if per_minute <= 0:
            return 0
        each, now = 60.0 / per_minute, time.monotonic()
        with self._lock:
            full_at = max(self._full_at.pop(who, now), now) + each
            too_much = full_at - now - 60.0
            self._full_at[who] = full_at - each if too_much > 1e-9 else full_at
            if len(self._full_at) > MOST_REMEMBERED:
                self._full_at.popitem(last=False)
        return math.ceil(too_much) if too_much > 1e-9 else 0

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._full_at.clear()


_sign_in: Final = Limit()
_account: Final = Limit()


def wait_to_sign_in(request: HttpRequest) -> int:
    """Seconds this address must wait before it goes on with signing in; 0 for now."""
    return _sign_in.seconds_to_wait(address_of(request), settings.LIMIT_SIGN_IN)


def wait_for_account(actor: int) -> int:
    """Seconds this actor must wait before the next page; 0 for now."""
    return _account.seconds_to_wait(actor, settings.LIMIT_ACCOUNT)


def forget() -> None:
    """Forget all counts of this process."""
    _sign_in.forget()
    _account.forget()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the address our own servers before us (settings.PROXIES of them) have seen."""
    seen = [request.META.get("REMOTE_ADDR", "")]
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")] + seen
    text = seen[-1 - settings.PROXIES] if len(seen) > settings.PROXIES else seen[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, SHARED_PREFIX), strict=False))
    return str(address)
