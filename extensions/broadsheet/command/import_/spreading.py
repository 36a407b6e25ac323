"""Work in several processes: each has all that was known when it was forked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Files that are worked on at a time.
BATCH = 50

T = TypeVar("T")
Work = Callable[[Sequence[str]], T]


def spread(work: Work[T], paths: Sequence[str], jobs: int) -> Iterator[T]:
    """Yield what *work* makes of each batch of *paths*, in their order."""
    batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
    jobs = min(jobs, len(batches))
    if jobs < 2 or "fork" not in get_all_start_methods():
        yield from map(work, batches)
        return
    context = get_context("fork")
    receivers, processes = [], []
    for number in range(jobs):
        receiver, sender = context.Pipe(duplex=False)
        arguments = (work, batches[number::jobs], sender)
        process = context.Process(target=_work_on, args=arguments, daemon=True)
        process.start()
        sender.close()  # the other end is the process's: that it has ended shows here
        receivers.append(receiver)
        processes.append(process)
    try:
        for number in range(len(batches)):
            made = receivers[number % jobs].recv()
            if isinstance(made, BaseException):
                raise made
            yield made
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _work_on(work: Work[T], batches: Sequence[Sequence[str]], sender: Connection) -> None:
    with suppress(
        KeyboardInterrupt, BrokenPipeError
    ):  # the first process says what there is to say
        for batch in batches:
            try:
                made: T | Exception = work(batch)
            except Exception as error:  # to be raised where it is seen
                made = error
            sender.send(made)
