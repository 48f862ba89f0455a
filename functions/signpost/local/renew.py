"""Signs the demo's next release of a brand's strategy: so the gate opens, or closes.

    python -m signpost.local.renew BRAND [--past] [--root DIR]

With --past the release is one whose review date was yesterday: what a company sees that forgot to
sign the next in time. The running demo pushes the commit by itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from signpost.errors import SignpostError
from signpost.local.layout import FOLDER, Layout
from signpost.local.notary import Notary, in_force, past_review


def main(arguments: Sequence[str] | None = None) -> int:
    """Release, sign, commit; 0 done, 1 not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("brand")
    parser.add_argument("--past", action="store_true", help="its review date was yesterday")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="where .signpost lies")
    wish = parser.parse_args(arguments)
    layout = Layout(wish.root.resolve() / FOLDER)
    today = datetime.now(UTC).date()
    first, last = past_review(today) if wish.past else in_force(today)
    notary = Notary(layout, layout.workspace, lambda text: print(f"$ {text}", flush=True))
    try:
        version = notary.release(wish.brand, first, last)
    except SignpostError as error:
        print(f"error {error.code}: {error.cause}\n  remedy: {error.remedy}", file=sys.stderr)
        return 1
    held = "its review date has passed: the gate closes" if wish.past else "the gate opens"
    print(f"{wish.brand} {version} is signed, to be reviewed by {last}; {held} with the next push")
    return 0


if __name__ == "__main__":
    sys.exit(main())
