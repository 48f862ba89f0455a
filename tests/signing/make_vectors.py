"""Makes the stored vectors: `python -m tests.signing.make_vectors`.

Every key is a test key made from its name, so that the files come out the same each time. They
were stored once; a test holds this script to them, and a change of theirs is a change of the format.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.signing.cases import chains, files, good, passkeys, roots, signatures, statements
from tests.signing.vector import FOLDER, Vector

CASES = (good, files, signatures, passkeys, roots, chains, statements)


def made() -> Iterator[Vector]:
    """Every vector, as the cases describe it."""
    for case in CASES:
        yield from case.vectors()


def main() -> None:
    """Write all of them, and drop what is none any more."""
    FOLDER.mkdir(exist_ok=True)
    written = set()
    for vector in made():
        place = FOLDER / f"{vector.name}.json"
        if place in written:
            raise ValueError(f"two vectors are called {vector.name}")
        place.write_text(vector.write(), encoding="utf-8")
        written.add(place)
    for place in set(FOLDER.glob("*.json")) - written:
        place.unlink()
    print(f"{len(written)} vectors in {FOLDER}")


if __name__ == "__main__":
    main()
