"""`signpost strategy print`: what stands on the paper, on every page, and always the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from signpost.cli.letter import seal
from signpost.cli.signoff.evidence import judge_site
from signpost.content.project import project_root
from signpost.errors import SettingsError, SigningError
from tests.signing.office import BRAND, ON, OTTILIE, Office
from tests.signing.printing import (
    DOCUMENTS,
    GOLDEN,
    VERSION,
    golden_text,
    lay_out,
    pages_of,
    printed,
    signed_office,
)

Strategy = Callable[..., tuple[int, str]]
HANDBOOK = Path("strategy-site/docs")
_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@pytest.fixture
def site(home: Path, tmp_path: Path) -> Path:
    """A signed release below `strategy-site`; the present folder is above it."""
    assert home.is_dir()
    lay_out(signed_office(), tmp_path / "strategy-site")
    return tmp_path / "strategy-site"


def made_by(strategy: Strategy, *words: str) -> tuple[int, list[str]]:
    """Exit code, and the text of every page."""
    code, _out = strategy("print", VERSION, "--out", "made.pdf", *words)
    return code, pages_of(Path("made.pdf").read_bytes())


def folder_of(site: Path) -> Path:
    """The release."""
    return site / "releases" / BRAND / VERSION


def test_the_text_is_the_golden_one(site: Path, strategy: Strategy) -> None:
    code, out = strategy("print", VERSION)
    assert code == 0
    assert f"{BRAND}-{VERSION}.pdf: larkfell 2026.1" in out
    made = golden_text(Path(f"{BRAND}-{VERSION}.pdf").read_bytes())
    assert made == GOLDEN.read_text(encoding="utf-8")


def test_the_same_release_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    there = lay_out(signed_office(), tmp_path / "elsewhere")
    program = "import sys; from pathlib import Path; from tests.signing.printing import *; "
    program += "sys.stdout.buffer.write(printed(Site(Path(sys.argv[1]), BRAND)))"
    again = subprocess.run(
        [sys.executable, "-c", program, str(there.folder)],
        env={"PYTHONPATH": ":".join(sys.path), "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    first = printed(there)
    assert again.stdout == first
    assert PdfReader(BytesIO(first)).metadata is not None


def test_it_bears_the_release_date_and_can_be_archived(site: Path) -> None:
    reader = PdfReader(BytesIO(printed(lay_out(signed_office(), site))))
    about = reader.metadata
    assert about is not None
    assert about.creation_date == datetime(2026, 12, 1, tzinfo=UTC)
    assert about.title == "Strategy, guidelines and onboarding, version 2026.1"
    assert about.author == "Larkfell Outfitters"
    found = reader.root_object["/Metadata"].get_object()
    assert isinstance(found, StreamObject)
    told = found.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in told
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in told
    assert "<pdfuaid:part>1</pdfuaid:part>" in told
    assert len(reader.pages[2].images) == 1


def test_every_page_names_version_digest_and_its_number(site: Path, strategy: Strategy) -> None:
    _code, pages = made_by(strategy)
    digest = judge_site(lay_out(signed_office(), site), ON).releases[VERSION].digest
    for number, page in enumerate(pages, 1):
        assert f"version 2026.1 · manifest {digest}" in page
        assert f"page {number} of {len(pages)}" in page


@pytest.mark.parametrize("signer", [(), ("juno",)])
def test_what_is_not_signed_says_so_on_every_page(
    site: Path, strategy: Strategy, signer: tuple[str, ...]
) -> None:
    for file in (folder_of(site) / "signatures").iterdir():
        if file.stem not in signer:
            file.unlink()
    code, pages = made_by(strategy)
    assert code == 0
    assert all("DRAFT – not signed" in page for page in pages)
    text = "\n".join(pages)
    assert "signpost strategy sign 2026.1 --as ottilie" in text
    assert "Still needed:" in text
    assert re.search(r"1 of (them )?Managing director", text)
    assert ("Nobody has signed this version." in text) == (not signer)


def test_what_was_altered_says_so_on_every_page(site: Path, strategy: Strategy) -> None:
    page = folder_of(site) / f"files/docs/{BRAND}/guidelines/index.md"
    page.write_text("# Guidelines\n\nOther words.\n", encoding="utf-8")
    code, out = strategy("print", VERSION, "--out", "made.pdf", "--format", "json")
    told = json.loads(out)
    assert (code, told["marked"]) == (1, "TAMPERED")
    assert told["faults"][0]["reason"] == "altered"
    pages = pages_of(Path("made.pdf").read_bytes())
    assert all("TAMPERED" in page for page in pages)
    assert "was altered: it is not what was signed" in " ".join(pages[0].split())


@pytest.mark.parametrize("file", ["release.json", "manifest.txt"])
def test_what_cannot_be_read_is_printed_all_the_same(
    site: Path, strategy: Strategy, file: str
) -> None:
    (folder_of(site) / file).write_bytes(b"{\xff")
    code, pages = made_by(strategy)
    assert code == 1
    assert all("TAMPERED" in page for page in pages)
    assert "We mend before we sell" in "\n".join(pages)


def test_another_root_than_the_pinned_one_is_not_valid(
    site: Path, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_ROOT", f"sha256:{'0' * 64}")
    code, pages = made_by(strategy)
    assert code == 1
    assert all("NOT VALID" in page for page in pages)


def test_a_signature_that_does_not_count_is_named(site: Path, strategy: Strategy) -> None:
    office = signed_office()
    office.sign(VERSION, "juno", OTTILIE)
    lay_out(office, site)
    _code, pages = made_by(strategy)
    assert "It is ottilie's key in trust root 1, not juno's" in " ".join("".join(pages).split())


def test_the_commands_on_the_paper_are_right(site: Path, ssh_keygen: str) -> None:
    item = judge_site(lay_out(signed_office(), site), ON).releases[VERSION]
    steps = [step["run"] for step in seal.commands(BRAND, item)]
    done = subprocess.run(
        ["bash", "-euc", "\n".join(steps)],
        cwd=site.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('Good "strategy@larkfell.example" signature for ') == 2
    assert item.release is not None
    for digest in (item.digest, item.release.root):
        assert digest.removeprefix("sha256:") in done.stdout
    assert item.tally is not None
    for signed in item.tally.signed:
        assert signed.signature.key.fingerprint in done.stdout


def test_every_word_of_the_handbook_is_on_the_paper(tmp_path: Path) -> None:
    place = project_root() / HANDBOOK
    documents = {
        f"docs/{path.relative_to(place).as_posix()}": path.read_bytes()
        for path in sorted((place / BRAND).rglob("*.md"))
    }
    settings = DOCUMENTS[f"content/{BRAND}/brand.yaml"]
    office = signed_office({**documents, f"content/{BRAND}/brand.yaml": settings})
    text = "\n".join(pages_of(printed(lay_out(office, tmp_path / "strategy-site"))))
    assert "The source of this page" not in text
    there, squeezed = Counter(_WORD.findall(text)), "".join(text.split())
    wanted = Counter[str]()
    for data in documents.values():
        seen = _COMMENT.sub("", data.decode())
        seen = re.sub(r"\]\([^()\s]+\)", "]", seen)  # where links lead is said in other words
        seen = re.sub(r"\{:? ?#[^{}]*\}|^```\w*", "", seen, flags=re.MULTILINE)
        wanted += Counter(_WORD.findall(seen))
    assert sum(wanted.values()) > 10_000
    lost = {
        word: count - there[word]
        for word, count in wanted.items()
        # A word that was broken at the end of a line stands there in two pieces.
        if there[word] < count and squeezed.count(word) < count
    }
    assert not lost


def test_what_people_wrote_is_never_run(tmp_path: Path) -> None:
    office = Office()
    office.root()
    evil = '#panic("x") $x^2$ @cite <label> \\u{41} */ // #read("/etc/passwd") ~ -- --- ... \' " `'
    page = f"# {evil}\n\n{evil.replace('<label>', '')}\n\n| {evil} |\n|---|\n| {evil} |\n"
    page += f"\n```typst\n{evil}\n```\n\n[{evil}](https://x.example/#a)\n\n- [ ] {evil}\n"
    name = "'#panic() $x$ @y'"
    office.release(
        VERSION,
        documents={
            f"content/{BRAND}/brand.yaml": (
                f"name: {name}\nletterhead:\n  address: [{name}]\n".encode()
            ),
            f"docs/{BRAND}/strategy/#panic() $x$.md": page.encode(),
        },
    )
    pages = pages_of(printed(lay_out(office, tmp_path)))
    assert pages[0].startswith("#panic() $x$ @y")
    text = " ".join("".join(pages).split())
    assert text.count('#panic("x") $x^2$ @cite') >= 6
    assert text.count('*/ // #read("/etc/passwd") ~ -- --- ...') >= 6
    assert "root:x:" not in text


def test_drawings_are_printed_unless_they_are_more_than_that(tmp_path: Path) -> None:
    head = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">'
    folder = f"docs/{BRAND}/strategy"
    pictures = {
        f"{folder}/way.svg": head + b'<text y="20">Planned, then sent</text></svg>',
        f"{folder}/far.svg": head + b'<image href="https://x.example/a.png"/></svg>',
        f"{folder}/acts.svg": head + b"<script>1</script><text y='9'>Acts</text></svg>",
    }
    page = b"# Ways\n\n![Way](way.svg)\n\n![Far](far.svg)\n\n![Acts](acts.svg)\n"
    office = signed_office({**DOCUMENTS, **pictures, f"{folder}/budget.md": page})
    text = " ".join("".join(pages_of(printed(lay_out(office, tmp_path)))).split())
    assert "Planned, then sent" in text
    assert re.findall(r"Picture, not printed: (\w+)", text) == ["Broken", "Far", "Acts"]


def test_long_words_stay_on_the_paper(tmp_path: Path) -> None:
    office = Office()
    office.root()
    long = "Rind" + "fleisch" * 40
    address = f"https://x.example/{'a' * 300}"
    page = f"{long}\n\n| a | b | c | d |\n|---|---|---|---|\n| {long} | `{long}` | x | y |\n"
    page += f"\n    {long}\n\n[x]({address})\n"
    brand = f"content/{BRAND}/brand.yaml"
    office.release(VERSION, documents={brand: b"name: L\n", f"docs/{BRAND}/a.md": page.encode()})
    reader = PdfReader(BytesIO(printed(lay_out(office, tmp_path))))
    width = float(reader.pages[0].mediabox.width)
    spots: list[float] = []
    for sheet in reader.pages:

        def look(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
            # Letters of both fonts are narrower than 0.7 of their height.
            if text.strip():
                spots.append(tm[4] + len(text.strip("\n")) * size * 0.45)

        sheet.extract_text(visitor_text=look)
    squeezed = "".join("".join(pages_of(printed(lay_out(office, tmp_path)))).split())
    assert squeezed.count(long) == 4
    assert address in squeezed
    assert max(spots) < width


def test_there_is_no_such_release(site: Path, strategy: Strategy) -> None:
    with pytest.raises(SigningError, match=r"There is no release `2030.1`"):
        strategy("print", "2030.1")


def test_without_typst_it_says_what_to_install(
    site: Path, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(SettingsError, match="typst is not installed") as caught:
        strategy("print", VERSION)
    assert "cli,docs" in caught.value.remedy
    assert not Path(f"{BRAND}-{VERSION}.pdf").exists()
