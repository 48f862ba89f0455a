from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from signpost.content import picture_library
from signpost.content.media_files import _read
from signpost.content.picture_library import PictureLibrary, picture_folder
from signpost.domain.media import MediaFact
from signpost.domain.picture.recipe import Derivative, Order, Recipe, Refusal
from signpost.errors import StackError
from tests.pictures import corners, written

SMALL = Recipe(("image/jpeg", "image/png"), 100_000, max_edge=50)


def laid_out(root: Path, **files: bytes) -> dict[str, MediaFact]:
    """Files `<name>.jpg` and what is found of them."""
    root.mkdir(exist_ok=True)
    facts = {}
    for name, data in files.items():
        path = f"{name}.jpg"
        (root / path).write_bytes(data)
        fact = _read(str(root / path), path)
        assert fact is not None
        facts[path] = fact
    return facts


@pytest.fixture
def facts(tmp_path: Path) -> dict[str, MediaFact]:
    return laid_out(
        tmp_path / "content",
        a=written(corners(90, 60), "image/jpeg", place=True),
        b=written(corners(40, 30), "image/jpeg"),
        cut=written(corners(90, 60), "image/jpeg")[:-40],
    )


def library(tmp_path: Path, facts: dict[str, MediaFact], folder: str = "kept") -> PictureLibrary:
    return PictureLibrary(tmp_path / "content", facts, tmp_path / folder)


def derivative(answer: Derivative | Refusal) -> Derivative:
    assert isinstance(answer, Derivative), answer
    return answer


def files(folder: Path) -> list[Path]:
    return sorted(item for item in folder.rglob("*") if item.is_file())


def test_a_derivative_is_known_by_its_bytes(tmp_path: Path, facts: dict[str, MediaFact]) -> None:
    mine = library(tmp_path, facts)
    made = derivative(mine.get(Order("a.jpg", SMALL)))
    data = mine.data(made.sha256)
    assert hashlib.sha256(data).hexdigest() == made.sha256
    assert (made.size, made.width, made.height) == (len(data), 50, 33)
    assert mine.mime_of(made.sha256) == "image/jpeg"
    assert mine.order_of(made.sha256) == Order("a.jpg", SMALL)


def test_what_fits_is_the_original(tmp_path: Path, facts: dict[str, MediaFact]) -> None:
    mine = library(tmp_path, facts)
    for _ in range(2):
        made = derivative(mine.get(Order("b.jpg", SMALL)))
        assert (made.sha256, made.changes) == (facts["b.jpg"].sha256, ())
        assert mine.order_of(made.sha256) is None
        mine = library(tmp_path, facts)


def test_the_original_is_not_touched(tmp_path: Path, facts: dict[str, MediaFact]) -> None:
    before = (tmp_path / "content/a.jpg").read_bytes()
    library(tmp_path, facts).get(Order("a.jpg", SMALL))
    assert (tmp_path / "content/a.jpg").read_bytes() == before


def test_what_was_made_once_is_read_again(
    tmp_path: Path, facts: dict[str, MediaFact], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order("a.jpg", SMALL)
    first = derivative(library(tmp_path, facts).get(order))
    data = library(tmp_path, facts, "other")

    def never(*_: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr("signpost.content.pictures.make", never)
    mine = library(tmp_path, facts)
    mine.fill([order])
    assert mine.get(order) == first
    assert hashlib.sha256(mine.data(first.sha256)).hexdigest() == first.sha256
    with pytest.raises(AssertionError, match="made again"):
        data.get(order)


@pytest.mark.parametrize("damage", ["empty", "head", "short", "bytes", "gone"])
def test_a_damaged_file_is_made_again(
    tmp_path: Path, facts: dict[str, MediaFact], damage: str
) -> None:
    order = Order("a.jpg", SMALL)
    first = library(tmp_path, facts)
    made = derivative(first.get(order))
    (file,) = files(tmp_path / "kept")
    data = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        broken = {
            "empty": b"",
            "head": b"0" + data[1:],
            "short": data[:-1],
            "bytes": data[:-9] + b"123456789",
        }
        file.write_bytes(broken[damage])
    for mine in (first, library(tmp_path, facts)):
        assert mine.get(order) == made
        assert hashlib.sha256(mine.data(made.sha256)).hexdigest() == made.sha256


def test_a_refusal_is_not_kept(tmp_path: Path, facts: dict[str, MediaFact]) -> None:
    order = Order("cut.jpg", SMALL)
    answer = library(tmp_path, facts).get(order)
    assert isinstance(answer, Refusal)
    assert "damaged" in answer.cause
    assert not files(tmp_path / "kept")


def test_without_a_place_to_keep_it_the_bytes_are_there_all_the_same(
    tmp_path: Path, facts: dict[str, MediaFact]
) -> None:
    (tmp_path / "kept").write_text("no folder")
    for mine in (
        library(tmp_path, facts),
        PictureLibrary(tmp_path / "content", facts, None),
    ):
        made = derivative(mine.get(Order("a.jpg", SMALL)))
        assert hashlib.sha256(mine.data(made.sha256)).hexdigest() == made.sha256


def test_another_version_of_the_library_makes_its_own(
    tmp_path: Path, facts: dict[str, MediaFact], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order("a.jpg", SMALL)
    library(tmp_path, facts).get(order)
    monkeypatch.setattr(picture_library, "_KITCHEN", ["another"])
    library(tmp_path, facts).get(order)
    assert len(files(tmp_path / "kept")) == 2


def test_an_original_that_changed_meanwhile_is_told(
    tmp_path: Path, facts: dict[str, MediaFact]
) -> None:
    order = Order("a.jpg", SMALL)
    mine = library(tmp_path, facts)
    made = derivative(mine.get(order))
    (tmp_path / "content/a.jpg").write_bytes(b"other")
    for file in files(tmp_path / "kept"):
        file.unlink()
    with pytest.raises(StackError, match="changed just now"):
        mine.data(made.sha256)
    answer = library(tmp_path, facts).get(order)
    assert isinstance(answer, Refusal)


def test_many_at_once_are_the_same_as_one_after_the_other(tmp_path: Path) -> None:
    pictures = {f"p{n}": written(corners(80 + n, 60), "image/jpeg") for n in range(12)}
    facts = laid_out(tmp_path / "content", **pictures)
    orders = [Order(path, SMALL) for path in facts]
    alone = PictureLibrary(tmp_path / "content", facts, None)
    expected = [alone.get(order) for order in orders]
    heard: list[tuple[int, int]] = []

    def run(_: int) -> list[Derivative | Refusal]:
        mine = PictureLibrary(
            tmp_path / "content", facts, tmp_path / "kept", lambda *told: heard.append(told)
        )
        mine.fill(orders)
        return [mine.get(order) for order in orders]

    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(run, range(4)))
    assert (12, 12) in heard
    assert len(files(tmp_path / "kept")) == 12, "no half-written file is left"


def test_the_oldest_go_where_there_is_too_much(
    tmp_path: Path, facts: dict[str, MediaFact], monkeypatch: pytest.MonkeyPatch
) -> None:
    library(tmp_path, facts).get(Order("a.jpg", SMALL))
    (old,) = files(tmp_path / "kept")
    os.utime(old, (0, 0))
    monkeypatch.setattr(picture_library, "MOST_BYTES", 10)
    library(tmp_path, facts).fill([Order("b.jpg", SMALL)])
    assert not old.exists()
    assert len(files(tmp_path / "kept")) == 1, "what was just made stays"


def test_outside_git_it_lies_in_the_users_own_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.platform", "linux")
    assert picture_folder(tmp_path) == tmp_path / "cache/signpost/pictures"
