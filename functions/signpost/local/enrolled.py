"""Takes a passkey that was enrolled into the demo's next trust root, and makes a release to sign with it.

    python -m signpost.local.enrolled BRAND PERSON [--root DIR]

In a company the people who sign trust roots would do this, each with a key of their own; the demo
holds their keys. The running demo pushes the commit by itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from signpost.errors import SignpostError
from signpost.local.layout import FOLDER, Layout
from signpost.local.notary import Notary, in_force


def main(arguments: Sequence[str] | None = None) -> int:
    """Rotate, sign, release, commit; 0 done, 1 not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("brand")
    parser.add_argument("person")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="where .signpost lies")
    wish = parser.parse_args(arguments)
    layout = Layout(wish.root.resolve() / FOLDER)
    notary = Notary(layout, layout.workspace, lambda text: print(f"$ {text}", flush=True))
    first, last = in_force(datetime.now(UTC).date())
    try:
        version = notary.take_in(wish.brand, wish.person, first, last)
    except SignpostError as error:
        print(f"error {error.code}: {error.cause}\n  remedy: {error.remedy}", file=sys.stderr)
        return 1
    print(
        f"{wish.person}'s passkey counts with the next push; {wish.brand} {version} waits for it on "
        "the sign-off pages"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
