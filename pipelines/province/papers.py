"""Papers of treatments that go out late or not at all: orders not served, releases nobody is told of."""

from __future__ import annotations

import random
from datetime import date, timedelta

from pipelines.province.days import END
from pipelines.province.lives import COMPULSORY, EXPIRED, Lives, Order

# Shares of the orders somebody reported on ten days after the decision or later, and of those nobody reported on.
_SERVED_LATE, _NEVER_SERVED = 0.2, 0.1
# Shares of the releases.
_TOLD_LATE, _NEVER_TOLD = 0.05, 0.03
_LATER = 10


def delay_papers(rng: random.Random, lives: Lives) -> None:
    """Serve a share of the community orders late or never, and give notice of a share of releases late or never."""
    for order in lives.orders:
        if order.kind != COMPULSORY and order.ended is None and order.served is not None:
            order.served = _served(rng, order, order.served)
    for treatment in lives.community:
        if treatment.order.end_reason == EXPIRED:
            treatment.notice = _told(rng, treatment.notice)
    for episode in lives.rehab_episodes:
        episode.notice = _told(rng, episode.notice, episode.ended)


def _served(rng: random.Random, order: Order, served: date) -> date | None:
    """When an order is served; before the person reports, if they do."""
    draw = rng.random()
    if order.reported is None:
        return None if draw < _NEVER_SERVED else served
    days = (order.reported - order.decided).days
    if days < _LATER or draw >= _SERVED_LATE:
        return served
    return order.decided + timedelta(days=rng.randrange(_LATER - 2, days + 1))


def _told(rng: random.Random, notice: date | None, latest: date | None = None) -> date | None:
    """When notice of a release is given, and by the release at the latest where it has to come before."""
    draw = rng.random()
    if notice is None or draw < _NEVER_TOLD:
        return None
    if draw >= _NEVER_TOLD + _TOLD_LATE:
        return notice
    told = min(notice + timedelta(days=rng.randrange(8, 40)), latest or date.max)
    return told if told <= END else None
