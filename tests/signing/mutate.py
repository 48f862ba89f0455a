"""Bends one file of a well-signed company and looks whether anybody still believes it.

    python -m tests.signing.mutate [--n 1000000] [--seed 1] [--seconds S]

Every mutated tree goes through the whole library: roots, release, chain. A tree that differs from
the signed one in any byte has to be refused; the one exception is a signature in another valid form
(of ECDSA there are two), which counts only if `ssh-keygen -Y verify` takes it, too.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from signpost.domain.signing import sshsig, wire
from signpost.domain.signing.allowed import write_allowed
from signpost.domain.signing.root import parse_root
from signpost.domain.signing.roots import Roots
from signpost.domain.signing.standing import judge_standing
from tests.signing.cases.good import KEYS, office_of
from tests.signing.office import BRAND, DOMAIN, ON, OTTILIE, Office, Tree
from tests.signing.vector import Vector, check, judge, judge_chain, state_and_reasons

Edit = Callable[[random.Random, bytes], bytes]
_EDGES = (
    b"",
    b"\0",
    b"\1",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\n",
    b"\r\n",
    b" ",
    b"\0\0\0\0",
    b"\xff" * 4,
)
JUNO_FILE = f"{Office.place()}/signatures/juno.sig"


@dataclass(frozen=True)
class Mutant:
    """A tree of which one file was bent.

    Args:
        base: name of the key that juno signs with.
        path: of the file.
        how: the edit's name.
    """

    base: str
    path: str
    how: str
    tree: Tree


@cache
def base(name: str) -> Office:
    """A company in which the key of that name signs second of two."""
    office = office_of(KEYS[name])
    office.release(signers={"ottilie": OTTILIE, "juno": KEYS[name]})
    return office


@cache
def pool() -> tuple[bytes, ...]:
    """Signatures that were made for something else: other texts, namespaces and people."""
    made: list[bytes] = []
    for name, key in KEYS.items():
        office = base(name)
        seal = office.sealed["2026.1"]
        others = ("approval", "resume", "root", "acknowledge")
        made.extend(key.sign(seal, f"{kind}@{DOMAIN}") for kind in others)
        made.append(key.sign(b"another text\n", f"strategy@{DOMAIN}"))
        data = office.tree[JUNO_FILE]
        assert isinstance(data, bytes)
        made.append(data)
    return tuple(made)


def mutants(source: random.Random) -> Iterator[Mutant]:
    """Endlessly many; the same source gives the same."""
    names = tuple(KEYS)
    while True:
        name = source.choice(names)
        tree = dict(base(name).tree)
        # Two thirds bend the signature: that is where parsers and mathematics are.
        path = JUNO_FILE if source.random() < 0.66 else source.choice(sorted(tree))
        old = tree[path]
        assert isinstance(old, bytes)
        edits = _SIGNATURE if path.endswith(".sig") else _PLAIN
        how, edit = source.choice(edits)
        new = edit(source, old)
        if new != old:
            tree[path] = new
            yield Mutant(name, path, how, tree)


def believed(mutant: Mutant) -> bool:
    """Whether the library takes the tree for signed and in force, and finds nothing wrong."""
    vector = Vector("mutant", "", mutant.tree, "")
    if mutant.path.startswith("signoff/"):
        state, reasons = judge(vector)
        return state == "in force" and not reasons
    # The roots are the base's, byte for byte: they need not be judged a million times.
    standing = judge_standing(
        {vector.version: vector.below(Office.place())}, chain(mutant.base), ON, check
    )
    state, reasons = state_and_reasons(standing, vector.version, set())
    return state == "in force" and not reasons


@cache
def chain(name: str) -> Roots:
    """The roots of a base, judged."""
    return judge_chain(Vector(name, "", base(name).tree, ""))


def openssh_agrees(mutant: Mutant) -> bool:
    """Whether it is a signature in another form, which ssh-keygen takes for the same text."""
    original = base(mutant.base)
    if not mutant.path.endswith(".sig") or f"/releases/{BRAND}/" not in f"/{mutant.path}":
        return False
    root = parse_root(original.roots[1])
    person = mutant.path.rpartition("/")[2].partition(".")[0]
    signature = mutant.tree[mutant.path]
    assert isinstance(signature, bytes)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "allowed").write_bytes(write_allowed(root))
        (place / "sig").write_bytes(signature)
        done = subprocess.run(
            [shutil.which("ssh-keygen") or "ssh-keygen", "-Y", "verify", "-f", str(place / "allowed"),
             "-I", person, "-n", f"strategy@{DOMAIN}", "-s", str(place / "sig")],
            input=original.sealed["2026.1"], capture_output=True, check=False,
            env={"PATH": os.environ["PATH"], "HOME": folder},
        )  # fmt: skip
    return done.returncode == 0


def false_accepts(
    number: int, seed: int, *, seconds: float = float("inf")
) -> tuple[int, list[Mutant], Counter[str]]:
    """Judge that many mutants, or as many as the time allows.

    Returns:
        How many were judged; those that were believed and must not be; how often each edit ran.
    """
    source = mutants(random.Random(seed))
    wrong: list[Mutant] = []
    hows: Counter[str] = Counter()
    end = time.monotonic() + seconds
    done = 0
    while done < number and (done % 256 or time.monotonic() < end):
        mutant = next(source)
        hows[mutant.how] += 1
        if believed(mutant) and not openssh_agrees(mutant):
            wrong.append(mutant)
        done += 1
    return done, wrong, hows


def _flip(source: random.Random, data: bytes) -> bytes:
    if not data:
        return b"\0"
    at = source.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << source.randrange(8))]) + data[at + 1 :]


def _put(source: random.Random, data: bytes) -> bytes:
    at = source.randrange(len(data) + 1)
    return data[:at] + source.choice(_EDGES) + data[at:]


def _overwrite(source: random.Random, data: bytes) -> bytes:
    at = source.randrange(len(data) + 1)
    piece = source.choice(_EDGES)
    return data[:at] + piece + data[at + len(piece) :]


def _cut(source: random.Random, data: bytes) -> bytes:
    first, last = sorted(source.randrange(len(data) + 1) for _ in range(2))
    return data[:first] + data[last:]


def _repeat(source: random.Random, data: bytes) -> bytes:
    first, last = sorted(source.randrange(len(data) + 1) for _ in range(2))
    return data[:last] + data[first:last] + data[last:]


def _swap(source: random.Random, data: bytes) -> bytes:
    a, b, c = sorted(source.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _lines(source: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    source.shuffle(lines)
    return b"".join(lines)


def _other(source: random.Random, _data: bytes) -> bytes:
    return source.choice(pool())


def _within(edit: Edit) -> Edit:
    """The edit, of the bytes within the armor."""

    def inner(source: random.Random, data: bytes) -> bytes:
        return sshsig.wrap(edit(source, sshsig.unwrap(data)))

    return inner


def _field(source: random.Random, data: bytes) -> bytes:
    """One field is bent, and its length made to fit."""
    fields = _fields(sshsig.unwrap(data))
    at = source.randrange(len(fields))
    edit = source.choice((_flip, _put, _overwrite, _cut, _repeat, _swap))
    fields[at] = edit(source, fields[at])
    return _joined(fields)


def _proof(source: random.Random, data: bytes) -> bytes:
    """The numbers themselves are bent, within a form that is right."""
    fields = _fields(sshsig.unwrap(data))
    inner = wire.Reader(fields[-1], "x")
    kind, body = inner.string(), inner.string()
    rest = fields[-1][8 + len(kind) + len(body) :]
    fields[-1] = wire.string(kind) + wire.string(_flip(source, body)) + rest
    return _joined(fields)


def _mixed(source: random.Random, data: bytes) -> bytes:
    """One field is another signature's."""
    fields, others = _fields(sshsig.unwrap(data)), _fields(sshsig.unwrap(source.choice(pool())))
    at = source.randrange(len(fields))
    fields[at] = others[at]
    return _joined(fields)


def _fields(blob: bytes) -> list[bytes]:
    reader = wire.Reader(blob, "x")
    return [reader.take(10), *(reader.string() for _ in range(5))]


def _joined(fields: list[bytes]) -> bytes:
    return sshsig.wrap(fields[0] + b"".join(map(wire.string, fields[1:])))


_PLAIN: tuple[tuple[str, Edit], ...] = (
    ("flip", _flip), ("put", _put), ("overwrite", _overwrite), ("cut", _cut),
    ("repeat", _repeat), ("swap", _swap), ("lines", _lines),
)  # fmt: skip
_SIGNATURE: tuple[tuple[str, Edit], ...] = (
    *_PLAIN,
    *((f"blob {name}", _within(edit)) for name, edit in _PLAIN[:-1]),
    ("field", _field), ("field again", _field), ("proof", _proof), ("mixed", _mixed), ("other", _other),
)  # fmt: skip


def main() -> int:
    """The long run; 0 where nothing was believed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    chosen = parser.parse_args()
    started = time.process_time()
    done, wrong, hows = false_accepts(chosen.n, chosen.seed, seconds=chosen.seconds)
    print(f"{done} mutated inputs (seed {chosen.seed}), {len(wrong)} believed wrongly; "
          f"{time.process_time() - started:.0f} s of processor time")  # fmt: skip
    print(", ".join(f"{how} {count}" for how, count in sorted(hows.items())))
    for mutant in wrong[:10]:
        print(f"believed: {mutant.how} of {mutant.path}, {mutant.base}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
