"""`python -m tests.simulation`: simulate deliveries, print the figures, fail on what must not be."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence

from tests.simulation.campaign import SHARES, Ran, Summary, make_universe, simulate, total
from tests.simulation.checker import check


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 only if there was no duplicate, no silent loss and every trace could be replayed."""
    options = _parser().parse_args(arguments)
    chosen: list[float] | None = options.faults
    if options.universe:
        return _one(options.universe, chosen[0] if chosen else min(SHARES))
    rates = {rate: 1.0 / len(chosen) for rate in chosen} if chosen else SHARES
    begun = time.perf_counter()
    count = 0

    def seen(ran: Ran) -> None:
        nonlocal count
        count += ran.deliveries
        if sys.stderr.isatty():
            print(f"\r{count} of {options.deliveries} deliveries ", end="", file=sys.stderr)

    summaries = simulate(
        options.deliveries, str(options.seed), rates, processes=options.jobs, seen=seen
    )
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    seconds = time.perf_counter() - begun
    if options.format == "json":
        print(json.dumps(total(summaries, str(options.seed), seconds), indent=2))
    else:
        _print(summaries, seconds)
    return 0 if all(summary.good for summary in summaries) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--deliveries", "--n", type=int, default=20_000, help="how many, at least")
    parser.add_argument("--seed", default="1", help="any word; the same word, the same run")
    parser.add_argument(
        "--faults", type=float, action="append", help="rate of each kind of fault; repeatable"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--format", choices=("human", "json"), default="human")
    parser.add_argument("--universe", help="replay this universe alone and print its end")
    return parser


def _one(seed: str, rate: float) -> int:
    universe = make_universe(seed, rate)
    universe.run()
    findings = check(universe)
    for line in list(universe.kernel.lines)[-200:]:
        print(line)
    for fault in findings.faults:
        print("FAULT", fault)
    print(f"universe {seed}, rate {rate}: trace {universe.kernel.trace_hash}")
    return 0 if findings.clean else 1


def _print(summaries: list[Summary], seconds: float) -> None:
    head = (
        "rate", "universes", "deliveries", "I/Os", "faults", "twice", "twice (retry)", "lost",
        "broken", "held, unsure", "published", "expired", "failed",
    )  # fmt: skip
    print("  ".join(head))
    for s in summaries:
        cells = (
            f"{s.rate:.1%}", s.universes, s.deliveries, s.ios, s.faults, s.duplicates,
            s.retried_duplicates, s.lost, s.broken, s.held_unsure, s.states["PUBLISHED"],
            s.states["EXPIRED"], s.states["FAILED"],
        )  # fmt: skip
        print("  ".join(str(c).rjust(len(name)) for c, name in zip(cells, head, strict=True)))
        for ran in s.bad[:5]:
            for fault in ran.findings.faults[:5]:
                print(f"    {fault}")
            print(
                f"    replay: python -m tests.simulation --universe {ran.seed} --faults {ran.rate}"
            )
        for seed in s.unrepeatable:
            print(f"    {seed} ran twice with different traces")
    found = sum(s.deliveries for s in summaries)
    print(f"{found} deliveries in {seconds:.0f} s: ", end="")
    print("good" if all(s.good for s in summaries) else "NOT GOOD")


if __name__ == "__main__":
    raise SystemExit(main())
