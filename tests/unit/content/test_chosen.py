from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from signpost.content.chosen import Choose, Search, read_chosen
from signpost.content.posts import PostFiles
from tests.rules.reading import FIXTURES, lay_out

HEAD = "---\nid: {id}\ntitle: {title}\npublish: 2026-12-01 09:00\naccounts: [main]\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = lay_out(FIXTURES / "FIL602" / "good", tmp_path)
    for old in (*(folder / "shop/posts").glob("*.md"), folder / "shop/ideas/boots.md"):
        old.unlink()
    files = {
        "posts/a.md": HEAD.format(id="abcd1111", title="Wax your boots") + "---\nText.\n",
        "posts/b.md": HEAD.format(id="abcd2222", title='"Caf\\u00e9 №5"') + "---\nText.\n",
        "posts/2026/c/index.md": HEAD.format(id="efgh3333", title="雪の夜")
        + "media:\n  - {file: ../../boots.png, alt: Boots.}\n---\nText.\n",
        "posts/2026/c/mastodon.md": "Own text.\n",
        "posts/2026/c/inner/x.png": "",
        "posts/broken.md": "no front matter, but abcd1111\n",
        "ideas/d.md": "---\nid: idea4444\ntitle: Some day\n---\nPerhaps.\n",
        "posts/.hidden/e.md": HEAD.format(id="hidden55", title="H") + "---\nText.\n",
    }
    for name, text in files.items():
        path = folder / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def chosen(content: Path, choose: Choose) -> list[str]:
    seen: list[PostFiles] = []

    def watched(search: Search) -> Iterable[PostFiles]:
        seen.extend(choose(search))
        return seen

    read, brandless = read_chosen(content, watched)
    paths = [post.path for post in (*read.posts, *read.ideas)]
    assert not brandless
    assert [files.path for files in seen if not files.path.endswith("broken.md")] == paths
    return [path.removeprefix("shop/") for path in paths]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("abcd1111", ["posts/a.md"]),
        ("abcd", ["posts/a.md", "posts/b.md"]),
        ("abc", []),
        ("wax YOUR boots", ["posts/a.md"]),
        ("wax", []),
        ("café №5", ["posts/b.md"]),
        ("雪の夜", ["posts/2026/c/index.md"]),
        ("some day", ["ideas/d.md"]),
        ("hidden55", []),
        ("", []),
    ],
)
def test_a_post_is_found_by_what_a_person_calls_it(
    content: Path, words: str, found: list[str]
) -> None:
    assert chosen(content, lambda search: search.named(words)) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("posts/a.md", ["posts/a.md"]),
        ("posts/2026/c/index.md", ["posts/2026/c/index.md"]),
        ("posts/2026/c/mastodon.md", ["posts/2026/c/index.md"]),
        ("posts/2026/c", ["posts/2026/c/index.md"]),
        ("posts/2026", ["posts/2026/c/index.md"]),
        ("ideas", ["ideas/d.md"]),
        ("ideas/d.md", ["ideas/d.md"]),
        ("posts/gone.md", []),
        ("brand.yaml", []),
    ],
)
def test_a_post_is_found_by_its_file(content: Path, path: str, found: list[str]) -> None:
    assert chosen(content, lambda search: search.at(f"shop/{path}")) == found


def test_the_whole_folder_is_all_posts(content: Path) -> None:
    assert len(chosen(content, lambda search: search.at("."))) == 4


def test_files_belong_to_the_posts_that_show_them(content: Path) -> None:
    def of(*paths: str) -> list[str]:
        return chosen(content, lambda s: s.of_files(f"shop/{path}" for path in paths))

    assert of("posts/boots.png") == ["posts/2026/c/index.md"]
    assert of("posts/2026/c/inner/x.png", "posts/a.md") == ["posts/2026/c/index.md", "posts/a.md"]
    assert of("brand.yaml", "posts/gone.md", "posts/other.png") == []
    assert of("posts/.hidden/e.md") == []


def test_only_what_was_chosen_is_read(content: Path) -> None:
    read, brandless = read_chosen(content, lambda search: search.at("shop/posts/a.md"))
    assert read.workspace is not None
    assert (list(read.brands), read.media) == (["shop"], {})
    assert read.selected("shop/posts/a.md")
    assert not read.selected("shop/posts/b.md")
    assert (read.diagnostics, brandless) == ((), False)


def test_what_cannot_be_read_is_told(content: Path) -> None:
    read, brandless = read_chosen(content, lambda search: search.at("shop/posts/broken.md"))
    assert [item.code for item in read.diagnostics] == ["FIL602"]
    assert (read.posts, brandless) == ((), False)


def test_a_brand_that_cannot_be_used_is_told(content: Path) -> None:
    (content / "shop/brand.yaml").unlink()
    read, brandless = read_chosen(content, lambda search: search.at("shop/posts/a.md"))
    assert [item.span.path for item in read.diagnostics] == ["shop/brand.yaml"]
    assert (read.posts, brandless) == ((), True)


def test_a_link_that_leaves_the_folder_is_no_post(content: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(HEAD.format(id="secret66", title="S") + "---\nText.\n")
    (content / "shop/posts/link.md").symlink_to(outside)
    assert chosen(content, lambda search: search.at("shop/posts/link.md")) == []
