"""`make bench`: every figure against its budget, one JSON line each; exit 1 over budget.

python -m tests.perf.bench [FIGURE …]     craft, cold, modules, start, counted, live,
                                       changed, preview
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.perf.figure import Figure


def _craft() -> Iterator[Figure]:
    from tests.perf.craft import craft

    yield craft()


def _changed() -> Iterator[Figure]:
    from tests.perf.changed import changed

    yield changed()


def _preview() -> Iterator[Figure]:
    from tests.perf.preview import preview

    yield preview()


def _cold() -> Iterator[Figure]:
    from tests.perf.cold import cold_publish

    yield cold_publish()


def _modules() -> Iterator[Figure]:
    from tests.perf.cold import imported

    yield from imported()


def _start() -> Iterator[Figure]:
    from tests.perf.start import start

    yield start()


def _counted() -> Iterator[Figure]:
    from tests.perf.counted import counted

    yield from counted()


def _live() -> Iterator[Figure]:
    from tests.perf.live import live

    yield from live()


def _site() -> Iterator[Figure]:
    from tests.perf.site import site

    yield from site()


FIGURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "modules": _modules,
    "counted": _counted,
    "start": _start,
    "cold": _cold,
    "craft": _craft,
    "changed": _changed,
    "preview": _preview,
    "live": _live,
    "site": _site,
}


def main(arguments: list[str]) -> int:
    """Measure; the exit code."""
    unknown = [name for name in arguments if name not in FIGURES]
    if unknown:
        print(f"unknown figure {unknown[0]}; there are: {', '.join(FIGURES)}", file=sys.stderr)
        return 2
    over = False
    for name in arguments or FIGURES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        for figure in FIGURES[name]():
            print(figure.line(), flush=True)
            over = over or figure.over
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
