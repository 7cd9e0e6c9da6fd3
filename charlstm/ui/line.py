"""`Line`: the queue of events, in which each client has a share.

A client is an address: a program can make up sessions and cookies, but not where its answers go. A
class behind one router shares an address too, so a share is large enough for thirty browsers with
four events each, and the line has room for several shares. Who comes next is fair: the address with
the fewest events that run, and of its browsers the one with the fewest. So a program with a full
share neither keeps others out nor makes them wait for more than one of its events.
"""

from __future__ import annotations

import math
import re
from asyncio import Queue as AsyncQueue
from collections import Counter
from typing import Any, Literal, NamedTuple
from weakref import WeakKeyDictionary

from fastapi import Request
from gradio.block_function import BlockFunction
from gradio.data_classes import PredictBodyInternal
from gradio.exceptions import Error
from gradio.queueing import Event, Queue
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import error_payload

from charlstm.errors import user_error
from charlstm.ui.components.contract import asked_strangely
from charlstm.ui.components.visitor import address_of, person_of
from charlstm.ui.components.waiting import LinePlace

SHARE = 160
"""Most events of an address that wait or run: four for each of thirty browsers, and some that are
sent while a person types."""

_SESSION = re.compile(r"[\w-]{1,100}", re.ASCII)
_USUAL = 5.0  # seconds that an event takes, where none has ended yet

Answer = tuple[
    bool, str | list[dict[str, Any]], Literal["success", "error", "queue_full", "validator_error"]
]


class _Client(NamedTuple):
    address: str
    person: str


class Line(Queue):
    """The queue of a page's events."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._clients: WeakKeyDictionary[Event, _Client] = WeakKeyDictionary()

    async def push(
        self, body: PredictBodyInternal, request: Request, username: str | None
    ) -> Answer:
        """Append an event, or answer it at once: with a sentence if its client has a full share."""
        fn = self.blocks.fns.get(body.fn_index) if body.fn_index is not None else None
        session = body.session_hash
        if fn is None or fn.fn is None or (session and not _SESSION.fullmatch(session)):
            return False, str(asked_strangely()), "error"
        if refusal := self._refusal(address_of(request)):
            return await self._refuse(body, fn, request, refusal)
        answer: Answer = await super().push(body, request, username)
        return answer

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The next event to run, as Gradio's own method returns it, chosen fairly."""
        running = [self._client(event) for job in self.active_jobs if job for event in job]
        addresses = Counter(client.address for client in running)
        people = Counter(running)
        for line in self.event_queue_per_concurrency_id.values():
            free = (
                line.concurrency_limit is None or line.current_concurrency < line.concurrency_limit
            )
            if free and len(line.queue) > 1:
                clients = [self._client(event) for event in line.queue]
                had = [(addresses[client.address], people[client]) for client in clients]
                # The first of equals: one person's events stay in order.
                line.queue.insert(0, line.queue.pop(had.index(min(had))))
        return super().get_events()

    def place(self, address: str, person: str, work: str) -> LinePlace:
        """How many events come before the first one of a client, in the order of now.

        Args:
            address, person: the client.
            work: the ``concurrency_id`` of its event.
        """
        line = self.event_queue_per_concurrency_id.get(work)
        waiting = [] if line is None else [self._client(event) for event in [*line.queue]]
        own = _Client(address, person)
        if line is None or own not in waiting:
            return LinePlace()
        running = [event for job in [*self.active_jobs] if job for event in job]
        clients = [self._client(event) for event in running]
        addresses, people = Counter(client.address for client in clients), Counter(clients)
        had = [(addresses[client.address], people[client]) for client in waiting]
        first = waiting.index(own)
        ahead = sum(each < (had[first], first) for each in zip(had, range(len(had)), strict=True))
        known = [
            self.process_time_per_fn[event.fn].avg_time
            for event in running
            if event.concurrency_id == work and event.fn in self.process_time_per_fn
        ]
        if not known:
            return LinePlace(ahead)
        at_once = line.concurrency_limit or len(waiting)
        return LinePlace(ahead, math.ceil(sum(known) / len(known) * (ahead + 1) / at_once))

    def _client(self, event: Event) -> _Client:
        if event not in self._clients:
            person = person_of(event.request, event.session_hash)
            self._clients[event] = _Client(address_of(event.request), person)
        return self._clients[event]

    def _refusal(self, address: str) -> str | None:
        """A sentence if the client has a full share or the line is full; None if there is room."""
        events = [*self.event_ids_to_events.values()]
        own = [event for event in events if self._client(event).address == address]
        if len(own) >= SHARE:
            why, waited_for = "share", own
        elif self.max_size is not None and len(self) >= self.max_size:
            why, waited_for = "full", events
        else:
            return None
        running = [event for job in self.active_jobs if job for event in job]
        known = [
            self.process_time_per_fn[event.fn].avg_time
            for event in running
            if event in waited_for and event.fn in self.process_time_per_fn
        ]
        seconds = sum(known) / len(known) ** 2 if known else _USUAL  # until the next of them ends
        wait = max(1, math.ceil(seconds))
        return str(user_error(f"page.line.{why}", open=len(own), n=wait))

    async def _refuse(
        self, body: PredictBodyInternal, fn: BlockFunction, request: Request, why: str
    ) -> Answer:
        """Answer an event with an error in its stream, which pages and programs display: Gradio
        replaces the text of a refusal to join by its own."""
        event = Event(body.session_hash, fn, request, None)
        session = event.session_hash
        if len(self.pending_event_ids_session) > 2 * self.pending_messages_per_session.max_size:
            # Gradio keeps the events of sessions that nobody listens to any more.
            for left in self.pending_event_ids_session.keys() - self.pending_messages_per_session:
                del self.pending_event_ids_session[left]
        async with self.pending_message_lock:
            if session not in self.pending_messages_per_session:
                self.pending_messages_per_session[session] = AsyncQueue()
        self.pending_event_ids_session.setdefault(session, set()).add(event._id)
        output = error_payload(Error(why, print_exception=False), False)
        self.send_message(event, ProcessCompletedMessage(output=output, success=False))
        return True, event._id, "success"
