"""Open pages hear of every change, by one look for all of them, and never keep the server from ending."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import threading

import pytest

from core.web.public.serve import PortTaken, serve_pages
from core.web.public.watch import Watch


class Counted:
    """A version that a test sets, and how often it was read."""

    def __init__(self) -> None:
        self.version, self.reads = "1", 0

    def __call__(self) -> str:
        self.reads += 1
        return self.version


class Turns:
    """Stands for the second between two looks: the test says when it is over."""

    def __init__(self) -> None:
        self._paused, self._go = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        self._paused.set()
        await self._go.wait()
        self._go.clear()

    async def next(self) -> None:
        await self._paused.wait()
        self._paused.clear()
        self._go.set()


async def listening(watch, number):
    heard = [watch.changes() for _ in range(number)]
    return heard, [await anext(one) for one in heard]


def test_many_listeners_cost_one_look_and_none_costs_none():
    async def story():
        read, turns = Counted(), Turns()
        watch = Watch(read, turns)
        assert read.reads == 0
        heard, first = await listening(watch, 50)
        assert (first, read.reads) == (["1"] * 50, 1)
        read.version = "2"
        await turns.next()
        assert [await anext(one) for one in heard] == ["2"] * 50
        assert read.reads == 2
        for one in heard:
            await one.aclose()
        assert watch.listeners == 0
        before = read.reads
        heard, first = await listening(watch, 1)
        assert (first, read.reads) == (["2"], before + 1)
        await heard[0].aclose()

    asyncio.run(story())


def test_a_closed_watch_lets_everyone_go_and_keeps_nobody():
    async def story():
        watch = Watch(Counted(), Turns())
        heard, _ = await listening(watch, 3)
        waiting = [asyncio.ensure_future(anext(one, "ended")) for one in heard]
        await asyncio.sleep(0)
        watch.close()
        assert await asyncio.gather(*waiting) == ["ended"] * 3
        assert await anext(watch.changes(), "ended") == "ended"

    asyncio.run(story())


def test_a_timeline_that_cannot_be_read_ends_the_streams_so_that_browsers_ask_again(caplog):
    async def story():
        turns = Turns()
        broken = False

        def read():
            if broken:
                raise OSError("no disk")
            return "1"

        watch = Watch(read, turns)
        heard, _ = await listening(watch, 2)
        waiting = [asyncio.ensure_future(anext(one, "ended")) for one in heard]
        broken = True
        await turns.next()
        assert await asyncio.gather(*waiting) == ["ended"] * 2
        broken = False
        again, first = await listening(watch, 1)
        assert first == ["1"]
        await again[0].aclose()

    asyncio.run(story())
    assert "the timeline can't be read: no disk" in caplog.text


@contextlib.contextmanager
def stream(url):
    """An open event stream, read line by line."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("GET", "/events")
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    yield answer
    connection.close()


def next_event(answer):
    lines = []
    while line := answer.readline().decode().rstrip("\n"):
        lines.append(line)
    return lines


def test_a_publish_is_heard_on_the_stream(fleet, served):
    with stream(served.url) as one, stream(served.url) as other:
        first = next_event(one)
        assert first == next_event(other) == ["event: version", f"data: {fleet.timeline.version()}"]
        fleet.say("Green", "Something")
        assert next_event(one) == next_event(other) == ["event: version", f"data: {fleet.timeline.version()}"]


def test_stopping_ends_open_streams_and_frees_the_port(fleet):
    server = serve_pages(fleet.timeline, fleet.know, "127.0.0.1", 0, demonstration=True)
    with stream(server.url) as one, stream(server.url) as other:
        next_event(one)
        next_event(other)
        server.stop()
        assert one.read() == other.read() == b""
    server.stop()
    assert not any(thread.name == "pages" for thread in threading.enumerate())
    port = int(server.url.rpartition(":")[2])
    again = serve_pages(fleet.timeline, fleet.know, "127.0.0.1", port, demonstration=True)
    assert again.url == server.url
    again.stop()


def test_when_as_many_listen_as_may_a_further_page_is_still_shown(fleet):
    server = serve_pages(fleet.timeline, fleet.know, "127.0.0.1", 0, demonstration=True, most_connections=6)
    with stream(server.url) as one, stream(server.url) as two, stream(server.url) as three:
        for answer in (one, two, three):
            next_event(answer)
        assert asked(server.url, "/events") == 503
        assert asked(server.url, "/") == 200
    server.stop()


def test_who_only_opens_connections_is_turned_away_before_they_take_the_fleets_last_file(fleet):
    server = serve_pages(fleet.timeline, fleet.know, "127.0.0.1", 0, demonstration=True, most_connections=4)
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    with contextlib.ExitStack() as held:
        idle = [held.enter_context(socket.create_connection(address, timeout=30)) for _ in range(4)]
        with socket.create_connection(address, timeout=30) as fifth:
            assert turned_away(fifth)
        for connection in idle:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: pages\r\nConnection: close\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
            while connection.recv(4096):
                pass
    assert asked(server.url, "/healthz") == 200
    server.stop()


def turned_away(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def asked(url, path):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("GET", path, headers={"Connection": "close"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_taken_port_is_one_line_that_says_what_to_do(fleet):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as told:
            serve_pages(fleet.timeline, fleet.know, "127.0.0.1", port, demonstration=True)
    assert str(told.value) == (f"port {port} on 127.0.0.1 is taken: stop what runs there or choose another with --port")


def test_an_address_that_is_not_ours_is_one_line_that_says_what_to_do(fleet):
    with pytest.raises(PortTaken, match=r"^the pages can't be served on 192\.0\.2\.1 .*--host$"):
        serve_pages(fleet.timeline, fleet.know, "192.0.2.1", 0, demonstration=True)


def test_pages_are_served_on_the_newer_loopback_too(fleet):
    server = serve_pages(fleet.timeline, fleet.know, "::1", 0, demonstration=True)
    assert server.url.startswith("http://[::1]:")
    connection = http.client.HTTPConnection("::1", int(server.url.rpartition(":")[2]))
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok\n"
    connection.close()
    server.stop()
