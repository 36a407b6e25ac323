"""Measure how fast and how large Broadsheet's builds are.

Prints Markdown on standard output, progress on standard error. Programs take turns within each
run, so a machine that is busy for a while is busy for all of them. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

import archives
import pages
from aims import (
    AS_MANY,
    BUILT,
    FULL,
    MANY,
    MANY_REFERENCES,
    REFERENCES,
    SHOWN,
    TEXT,
    TITLE,
    UNCHANGED,
    WALL,
    Figure,
)
from archives import Archive, Copy
from live import seconds_after_saves
from machine import machine
from processes import Failed, Usage, measure
from programs import RIVALS, Broadsheet, Program, located
from report import (
    MEGA,
    Figures,
    Measured,
    Results,
    aims_table,
    builds_table,
    figures,
    outside_line,
    rewritten_lines,
    scaling_table,
)
from tables import spread

import broadsheet
from broadsheet.sources import jekyll

#: The builds of a run on top of the full one, in order, and what is done to one article before.
REBUILDS: dict[str, Callable[[str, int], str] | None] = {
    UNCHANGED: None,
    TEXT: archives.with_paragraph,
    TITLE: archives.with_title,
}
SCALES = "600,1200,2400"
SERVE = "broadsheet serve"
SAVES = 5  #: while it runs
WARM_UP = 8  #: articles: enough for every module to be compiled, and every file to be cached

_PUBLISHED = re.compile(r"^(\d+) articles?, ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What is measured, where, and how often."""

    archive: Archive
    edited: str  #: path of the article to edit
    folder: Path  #: for all that is written
    runs: int
    jobs: int
    thorough: bool  #: every program does every build in every run
    #: Programs and things to do without figures, and why; noted when it is known.
    absent: dict[str, str] = field(default_factory=dict)

    def report(self, times: int, kinds: Sequence[type[Program]]) -> Generator[str, None, Figures]:
        """Measure the archive multiplied by *times*; give the sections that say it."""
        label = f"×{times}" if times > 1 else "archive"
        copies = archives.multiplied(self.archive.sizes, times)
        programs = self.lay_out(kinds, copies, label)
        results = self.measure(label, programs, fulls=self.runs if times == 1 else 1)
        yield f"## {label.capitalize()}: {len(copies):,} articles"
        yield builds_table(results)
        for program in programs:
            if program.remark:
                yield f"{program.name}: {program.remark}."
        if (published := results[FULL, Broadsheet.name][-1].published) not in {None, len(copies)}:
            yield f"Broadsheet published {published:,} of the {len(copies):,} articles."
        yield outside_line(programs[0].out)
        yield f"Files that {Broadsheet.name} wrote, in the last run:"
        rebuilds = {key: runs for key, runs in results.items() if key[0] in REBUILDS}
        yield rewritten_lines(rebuilds, Broadsheet.name, UNCHANGED)
        values = figures(results, len(copies), many=times > 1)
        if times == 1:
            values |= yield from self.live(programs[0])
        self.remove(label)
        return values

    def live(self, program: Program) -> Generator[str, None, Figures]:
        """Measure what follows a save while ``broadsheet serve`` runs."""
        assert isinstance(program, Broadsheet)
        article, values = program.article(self.edited), dict[Figure, list[float]]()
        say("saves, while it is served")
        with self.leaving_out(SERVE):
            for what, seconds in seconds_after_saves(program.server(), program.out, article, SAVES):
                values.setdefault(Figure(kind=WALL, build=what), []).append(seconds)
            self.absent[SHOWN] = "no Chromium with chromedriver, or no Selenium"
        if SERVE in self.absent:
            self.absent[BUILT] = self.absent[SHOWN] = self.absent[SERVE]
        for figure, times in values.items():
            yield f"{SERVE}, {figure.build}: {spread(times, 2)} s ({len(times)} saves)."
        return values

    def scaling(self, counts: Sequence[int]) -> Iterator[str]:
        """Measure full builds of samples; give the sections that say it."""
        sizes = self.archive.sizes
        # A small archive is multiplied, and then every sample comes from the multiplied one.
        pool = archives.multiplied(sizes, ceil(max(counts) / len(sizes)))
        chosen = {count: archives.sample(pool, sizes, count) for count in counts}
        programs = {
            count: self.lay_out([Broadsheet], copies, f"sample {count}")[0]
            for count, copies in chosen.items()
        }
        usages: dict[int, list[Usage]] = {count: [] for count in counts}
        for run in range(1, self.runs + 1):
            for count, program in programs.items():
                label = f"{count:,} articles, run {run} of {self.runs}"
                usages[count].append(self.build(program, label, fresh=True).usage)
        yield "## Cost per article"
        yield f"Full builds by {Broadsheet.name} of samples that mix large and small alike:"
        yield scaling_table(usages, {
            count: sum(sizes[one.original] for one in copies) / len(copies)
            for count, copies in chosen.items()
        })  # fmt: skip

    def references(self, count: int) -> Generator[str, None, Figures]:
        """Measure what references of articles to articles cost; give the sections that say it."""
        copies = archives.multiplied(self.archive.sizes, 1)
        programs = {
            build: self.lay_out([Broadsheet], copies, build)[0] for build in (AS_MANY, REFERENCES)
        }
        referring = programs[REFERENCES]
        archives.refer([referring.article(one.path) for one in copies], count)
        results: Results = {}
        for run in range(1, self.runs + 1):
            for build, program in programs.items():
                one = self.build(program, f"{build}, run {run} of {self.runs}", fresh=True)
                results.setdefault((build, program.name), []).append(one)
        yield f"## {count:,} references more"
        yield builds_table(results)
        for build in programs:
            self.remove(build)
        return figures(results, len(copies), many=False)

    def rivals(self, *, wanted: bool) -> list[type[Program]]:
        """Return the programs to run besides, if they are *wanted* and installed."""
        for kind in RIVALS:
            if not wanted:
                self.absent[kind.name] = "not asked for"
            elif located(kind.executable) is None:
                self.absent[kind.name] = f"{kind.name.partition(',')[0]} is not installed"
        return [kind for kind in RIVALS if kind.name not in self.absent]

    def warm_up(self, kinds: Sequence[type[Program]]) -> list[type[Program]]:
        """Build a few articles with each kind of program; return the kinds that could.

        Raises :class:`Failed` where Broadsheet could not.
        """
        few = archives.sample(
            archives.multiplied(self.archive.sizes, 1), self.archive.sizes, WARM_UP
        )
        able: list[type[Program]] = []
        for program in self.lay_out(kinds, few, "warm-up"):
            with self.leaving_out(program.name):
                self.build(program, "warm-up", fresh=True)
                able.append(type(program))
        self.remove("warm-up")
        return able

    @contextmanager
    def leaving_out(self, name: str) -> Iterator[None]:
        """Note what failed, and go on without it; without Broadsheet there is no going on."""
        try:
            yield
        except Failed as failure:
            if name == Broadsheet.name:
                raise
            say(f"{name} is left out: {failure}")
            self.absent[name] = f"{name} failed, see standard error"

    def lay_out(
        self, kinds: Sequence[type[Program]], copies: Sequence[Copy], label: str
    ) -> list[Program]:
        """Lay the articles out for each kind of program; return those that can have them."""
        able: list[Program] = []
        for kind in kinds:
            program = kind(self.folder / label / kind.__name__, self.jobs)
            program.folder.mkdir(parents=True)
            with self.leaving_out(kind.name):
                program.lay_out(self.archive, copies)
                able.append(program)
        return able

    def measure(self, label: str, programs: Sequence[Program], *, fulls: int) -> Results:
        """Build with all programs in turns; one that fails is left out from then on.

        Of the runs, *fulls* begin with a full build, and the others go on from the last.

        Raises :class:`Failed` where it is Broadsheet.
        """
        results: Results = {}
        for run in range(1, self.runs + 1):
            for build in (FULL, *REBUILDS) if run <= fulls else REBUILDS:
                for program in programs:
                    if program.name in self.absent or not self.has_turn(program, build, run):
                        continue
                    place = f"{label}, run {run} of {self.runs}, {build}"
                    with self.leaving_out(program.name):
                        one = self.step(program, build, run, place)
                        results.setdefault((build, program.name), []).append(one)
        return results

    def has_turn(self, program: Program, build: str, run: int) -> bool:
        """Tell whether a program does a build: of others, the aims need full ones alone."""
        if self.thorough or isinstance(program, Broadsheet):
            return True
        return build == FULL and (run == 1 or not program.once)

    def step(self, program: Program, build: str, run: int, place: str) -> Measured:
        """Do one build of a run, after its edit."""
        if change := REBUILDS.get(build):
            archives.edit(program.article(self.edited), change, run)
        return self.build(program, place, fresh=build == FULL)

    def build(self, program: Program, place: str, *, fresh: bool) -> Measured:
        """Build once, from nothing or on top of the last build."""
        if fresh:
            program.forget()
        before = pages.state(program.out)
        usage, printed = measure(program.command(fresh=fresh), program.folder)
        cost = f"{usage.wall:.1f} s, {usage.cpu:.1f} CPU-s, {usage.memory / MEGA:.0f} MB"
        say(f"{place}: {program.name}: {cost}")
        published = _PUBLISHED.findall(printed)
        return Measured(
            usage=usage,
            size=pages.size(program.out),
            rewritten=pages.rewritten(before, pages.state(program.out)),
            published=int(published[-1]) if published else None,
        )

    def remove(self, label: str) -> None:
        """Remove what was laid out, before the next needs the room."""
        shutil.rmtree(self.folder / label, ignore_errors=True)


def sections(bench: Bench, options: argparse.Namespace) -> Iterator[str]:
    """Measure all that is asked for; give each section when it is known."""
    articles = bench.archive.sizes
    code = code_state()
    yield machine()
    yield (
        f"{bench.archive.root.name}: {len(articles):,} articles,"
        f" {sum(articles.values()) / MEGA:.1f} MB of Markdown; `-j {bench.jobs}`;"
        f" {'median (min–max) of ' * (bench.runs > 1)}{bench.runs} run{'s' * (bench.runs > 1)};"
        " MB = 10⁶ bytes; peak: of the largest single process."
    )
    kinds = bench.warm_up([Broadsheet, *bench.rivals(wanted=options.beside != "none")])
    values = yield from bench.report(1, kinds)
    if options.times > 1:
        values |= yield from bench.report(options.times, kinds if bench.thorough else [Broadsheet])
    else:
        bench.absent["many"] = f"`--times {MANY}` measures it"
    if options.references:
        values |= yield from bench.references(options.references)
    else:
        bench.absent[REFERENCES] = f"`--references {MANY_REFERENCES}` measures it"
    if options.scaling:
        yield from bench.scaling(options.scaling)
    yield "## What is aimed at"
    yield aims_table(values, bench.absent, options.times)
    if code_state() != code:
        yield "The code of Broadsheet changed meanwhile: these figures are of no one version."


def code_state() -> dict[str, int]:
    """Return when each file of the package was written."""
    state = pages.state(Path(broadsheet.__file__).parent)
    return {path: time for path, time in state.items() if not path.endswith(".pyc")}


def read_archive(root: Path, count: int | None) -> Archive:
    """Find the articles of a Jekyll repository, and choose *count* of them if given.

    Raises ``LookupError`` where there is nothing to measure.
    """
    if not root.is_dir() or not jekyll.is_jekyll(root):
        message = f"{root} is no Jekyll repository (expected _config.yml or _posts in it)"
        raise LookupError(message)
    site, _ = jekyll.read_site(root)
    found, _ = jekyll.find_articles(root, site, drafts=False, unlisted=False)
    sizes = {one.path: (root / one.path).stat().st_size for one in found}
    if not sizes:
        message = f"{root} has no article (expected Markdown files in _posts or a collection)"
        raise LookupError(message)
    every = archives.multiplied(sizes, 1)
    chosen = archives.sample(every, sizes, len(every) if count is None else count)
    kept = {one.path: sizes[one.path] for one in chosen}
    return Archive(root=root, sizes=kept, passed_over=frozenset(sizes.keys() - kept.keys()))


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="tests/bench/run.py", description=summary)
    parser.add_argument(
        "archive", metavar="DIR", type=Path, help="a Jekyll repository; it is not written to"
    )
    parser.add_argument(
        "--runs", metavar="N", type=_positive, default=3, help="how often all is done (default 3)"
    )
    parser.add_argument(
        "--jobs", metavar="N", type=_positive, default=2,
        help="processes of Broadsheet and of plain Sphinx (default 2)",
    )  # fmt: skip
    parser.add_argument(
        "--times", metavar="N", type=_positive, default=1,
        help=f"measure the archive multiplied by N too, its full build once (default: do not; the aims: {MANY})",
    )  # fmt: skip
    parser.add_argument(
        "--scaling", metavar="N,N", type=_numbers, nargs="?", const=_numbers(SCALES), default=(),
        help=f"measure what an article costs among these numbers of articles ({SCALES})",
    )  # fmt: skip
    parser.add_argument(
        "--references", metavar="N", type=_positive, default=0,
        help="measure a full build with N references of articles to articles sprinkled in, too"
        f" (default: do not; the aim: {MANY_REFERENCES})",
    )  # fmt: skip
    parser.add_argument(
        "--sample", metavar="N", type=_positive, help="measure only N of the articles"
    )
    parser.add_argument(
        "--beside", choices=("aims", "all", "none"), default="aims",
        help="run the other programs as far as the aims need it (default), through every build in"
        " every run, or not at all",
    )  # fmt: skip
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        message = f"{text!r} (expected a number from 1)"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({_positive(part.strip()) for part in text.split(",")}))


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 0, 1 where a build failed, 2 for wrong usage."""
    options = options_of(arguments)
    # Told to stop, it removes what it has written.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # the warm-up compiles the modules, as it does where Broadsheet is installed
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        archive = read_archive(options.archive.resolve(), options.sample)
        edited = archives.choose(archive)
    except (LookupError, OSError) as error:
        say(f"bench: {error}")
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder:
            bench = Bench(
                archive=archive,
                edited=edited,
                folder=Path(folder).resolve(),
                runs=options.runs,
                jobs=options.jobs,
                thorough=options.beside == "all",
            )
            for section in sections(bench, options):
                print(f"{section}\n", flush=True)
    except (Failed, OSError) as error:
        say(f"bench: {error}")
        return 1
    except KeyboardInterrupt:
        say("bench: interrupted")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
