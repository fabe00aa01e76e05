"""Each bot reads the log at its own cursor; one bot's trouble harms no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.domain.lines import LineId
from core.domain.log import LogEntry
from core.domain.rulings import Speak
from core.domain.staff import Actor, Role, demand
from core.ports.bot import Bot
from core.ports.clock import Clock
from core.ports.store import Store, Tx

BATCH = 200


def listen(actor: Actor, store: Store, clock: Clock, bots: Sequence[Bot]) -> int:
    """Let bots read what is new and keep their answers; how many entries were read by at least one bot.

    A line that was added later starts at *now*. Raises NotAllowed.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    with store.begin() as tx:
        last = tx.log.last_seq()
        rows = {row.line: row for row in tx.bots.rows()}
        fresh = [bot for bot in bots if bot.line.id not in rows]
        beginning = not rows
        for bot in fresh:
            tx.bots.start(bot.line.id, 0 if beginning else last)
        cursors = {
            bot.line.id: rows[bot.line.id].cursor if bot.line.id in rows else (0 if beginning else last) for bot in bots
        }
    read = 0
    groups: dict[int, list[Bot]] = defaultdict(list)
    for bot in bots:
        groups[cursors[bot.line.id]].append(bot)
    for cursor, group in sorted(groups.items()):
        while cursor < last:
            with store.begin() as tx:
                entries = tx.log.after(cursor, BATCH)
                if not entries:
                    break
                group = [bot for bot in group if _hear(tx, clock, bot, entries)]
            cursor = entries[-1].seq
            read += len(entries)
            if not group:
                break
    return read


def _hear(tx: Tx, clock: Clock, bot: Bot, entries: Sequence[LogEntry]) -> bool:
    """One bot hears a batch; False when it failed on an entry, where its cursor then stands."""
    speaks: list[tuple[int, str]] = []
    done = entries[0].seq - 1
    line: LineId = bot.line.id
    for entry in entries:
        try:
            answer = bot.answer(entry.body)
        except Exception as error:  # noqa: BLE001 - a bot may be anyone's code: whatever it raises stays its own trouble
            if done >= entries[0].seq:  # to advance ends a trouble: one that lasts keeps its beginning
                tx.bots.advance(line, done, speaks)
            tx.bots.trouble(line, f"{type(error).__name__} on entry {entry.seq}", clock.now())
            return False
        if isinstance(answer, Speak):
            speaks.append((entry.seq, answer.why))
        done = entry.seq
    tx.bots.advance(line, done, speaks)
    return True


def heard_up_to(tx: Tx, lines: Sequence[LineId]) -> int:
    """The seq that every bot without trouble has read."""
    wanted = set(lines)
    rows = [row for row in tx.bots.rows() if row.line in wanted and row.trouble is None]
    return min((row.cursor for row in rows), default=0)
