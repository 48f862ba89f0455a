"""A run with memory finds what a cold run finds, whatever was edited in between."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from signpost.checks.registry import judge_read, run_checks
from signpost.content.identity import Identities, blob_name
from signpost.content.memory import Remembering, memory_file
from signpost.content.workspace_reader import read_workspace
from tests.rules.reading import FIXTURES, NOW, SPECS

POST = """---
id: {id}
publish: 2026-12-{day:02} 09:00
accounts: [main]
type: story
media: [{{file: {picture}, alt: A picture.}}]
---

{text}
"""
WORDS = ("Snow falls.", "Two boots.", "Same words.", "#WinterWalks are back.", "")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in a git repository, apart from whatever this machine's git is told."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    folder = tmp_path / "repository" / "content"
    shutil.copytree(FIXTURES / "base", folder)
    posts = folder / "shop" / "posts"
    for number in range(6):
        write(posts / f"p{number}.md", number, WORDS[number % 5])
    write(posts / "folder" / "index.md", 7, "Shared.")
    (posts / "folder" / "main.md").write_text("Own words.\n")
    shutil.copy(posts / "boots.png", posts / "folder" / "boots.png")
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-qm", "one")
    return folder


def write(path: Path, number: int, text: str, picture: str = "boots.png") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    words = POST.format(id=f"post{number:08}", day=number % 27 + 1, text=text, picture=picture)
    path.write_text(words)


def told(content: Path, *, warm: bool) -> tuple[list[tuple[object, ...]], int]:
    """Findings without the ids that fixes mint, and how many posts were not read."""
    with Remembering(content) if warm else nullcontext() as remembering:
        read = read_workspace(content, remember=remembering)
        judged = judge_read(read, SPECS)
        if remembering is not None:
            remembering.finish(read.fresh, judged.findings, judged.outlines)
    found = run_checks(read, SPECS, NOW, random_bits=lambda _: 0, judged=judged)
    shown: list[tuple[object, ...]] = [
        (str(item), item.severity, item.fix and (item.fix.start, item.fix.end, item.fix.path))
        for item in found
    ]
    return shown, read.kept_posts


def test_only_what_changed_is_read(content: Path) -> None:
    assert told(content, warm=True)[1] == 0
    assert told(content, warm=True)[1] == 7
    write(content / "shop/posts/p1.md", 1, "Other words.")
    assert told(content, warm=True)[1] == 6
    assert told(content, warm=True)[1] == 7
    (content / "shop/posts/folder/main.md").write_text("Own words, again.\n")
    assert told(content, warm=True)[1] == 6
    (content / "shop/brand.yaml").write_text("name: Another\n")
    assert told(content, warm=True)[1] == 0


def test_what_git_is_told_to_overlook_is_seen(content: Path) -> None:
    told(content, warm=True)
    git(content, "update-index", "--assume-unchanged", "shop/posts/p1.md")
    git(content, "update-index", "--skip-worktree", "shop/posts/p2.md")
    for name in ("p1", "p2"):
        (content / f"shop/posts/{name}.md").write_text("broken")
    assert told(content, warm=True)[0] == told(content, warm=False)[0] != []


def test_line_ends_that_git_turns_are_seen(content: Path) -> None:
    (content.parent / ".gitattributes").write_text("* text=auto\n")
    path = content / "shop/posts/p1.md"
    for _ in range(2):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        git(content.parent, "add", ".")
        assert told(content, warm=True)[0] == told(content, warm=False)[0]
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
        git(content.parent, "add", ".")
        assert told(content, warm=True)[0] == told(content, warm=False)[0]


def test_a_damaged_memory_is_begun_anew(content: Path) -> None:
    before = told(content, warm=True)[0]
    file = memory_file(str(content))
    assert file is not None
    for damage in (b"", b"[]", b"\xff\n", b"[1, 2]\n{", file.read_bytes() + b'{"a": 1'):
        file.write_bytes(damage)
        assert told(content, warm=True)[0] == before
    assert told(content, warm=True)[1] == 7


def test_git_is_not_left_running_where_the_configuration_is_broken(content: Path) -> None:
    (content / "signpost.yaml").write_text("workspace: [\n")
    assert told(content, warm=True) == told(content, warm=False)


def test_outside_git_everything_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    shutil.copytree(FIXTURES / "base", folder)
    assert memory_file(str(folder)) is None
    assert told(folder, warm=True) == told(folder, warm=False)


def test_a_file_has_one_name_however_it_is_found(content: Path) -> None:
    names = Identities(str(content))
    path = "shop/posts/p1.md"
    known = names.of(path)
    (content / path).write_text("Other.")
    assert Identities(str(content)).of(path) == blob_name(b"Other.") != known
    write(content / path, 1, WORDS[1])
    assert Identities(str(content)).of(path) == known
    assert names.of("shop/nothing.md") == "absent"
    (content / "shop/link.md").symlink_to(content / path)
    assert names.of("shop/link.md") is None


class Editor:
    """Makes one random edit after the other."""

    def __init__(self, content: Path, seed: int) -> None:
        self.content = content
        self.random = random.Random(seed)
        self.number = 10
        self.edits: list[Callable[[], object]] = [
            self.text, self.text, self.text, self.new, self.new, self.delete, self.rename, self.copy,
            self.picture, self.unlink_picture, self.front, self.line_ends, self.touch, self.commit,
            self.checkout, self.stash_like, self.brand, self.accounts, self.link, self.own,
            self.folder_picture, self.idea, self.silence, self.mode, self.ignored, self.overlooked,
            self.linked_folder, self.empty_folder, self.same_second, self.workspace, self.add,
        ]  # fmt: skip

    def any(self, pattern: str = "shop/posts/**/*.md") -> Path:
        found = sorted(path for path in self.content.glob(pattern) if path.is_file())
        if not found:
            self.new()
            found = sorted(self.content.glob("shop/posts/**/*.md"))
        return self.random.choice(found)

    def text(self) -> None:
        path = self.any()
        path.write_text(path.read_text(errors="replace") + self.random.choice(WORDS) + "\n")

    def new(self) -> None:
        self.number += 1
        name = self.random.choice(["new", "deep/er/new", "Aß"])
        path = self.content / f"shop/posts/{name}{self.number}.md"
        write(
            path,
            self.number % 9,
            self.random.choice(WORDS),
            self.random.choice(["a.png", "boots.png"]),
        )

    def delete(self) -> None:
        self.any().unlink()

    def rename(self) -> None:
        path = self.any()
        path.rename(path.with_name(f"renamed{self.number}.md"))

    def copy(self) -> None:
        path = self.any()
        shutil.copy(path, path.with_name(f"copy{self.number}.md"))

    def picture(self) -> None:
        data = bytearray((self.content / "shop/posts/boots.png").read_bytes() or b"GIF89a")
        data.append(self.random.randrange(256))
        (self.content / "shop/posts/boots.png").write_bytes(bytes(data))

    def unlink_picture(self) -> None:
        path = self.content / "shop/posts/a.png"
        if path.exists():
            path.unlink()
        else:
            shutil.copy(FIXTURES / "base/shop/posts/boots.png", path)

    def front(self) -> None:
        path = self.any()
        old, new = self.random.choice(
            [
                ("type: story", "type: storry"),
                ("[main]", "[mian]"),
                ("---\n", "--\n"),
                ("12-", "11-"),
            ]
        )
        path.write_text(path.read_text(errors="replace").replace(old, new, 1))

    def line_ends(self) -> None:
        path = self.any()
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    def touch(self) -> None:
        path = self.any()
        os.utime(path, (self.random.randrange(10**9), 10**9))

    def commit(self) -> None:
        git(self.content, "add", "-A", ".")
        git(self.content, "commit", "-q", "--allow-empty", "-m", "more")

    def checkout(self) -> None:
        self.commit()
        back = self.random.choice(git(self.content, "rev-list", "HEAD").split())
        git(self.content, "checkout", "-q", back)

    def stash_like(self) -> None:
        git(self.content, "checkout", "-q", "--", ".")

    def brand(self) -> None:
        names = [
            "name: One\n",
            "name: Two\nvoice: {avoid: [snow]}\n",
            "name: [\n",
            "spacing: 2d\nname: A\n",
        ]
        (self.content / "shop/brand.yaml").write_text(self.random.choice(names))

    def accounts(self) -> None:
        path = self.content / "shop/accounts.yaml"
        path.write_text(path.read_text().replace("main", self.random.choice(["main", "mian"])))

    def link(self) -> None:
        path = self.content / f"shop/posts/link{self.number}.md"
        if not path.is_symlink():
            path.symlink_to(self.any())

    def own(self) -> None:
        folder = self.any().parent
        (folder / self.random.choice(["index.md", "main.md"])).write_text(
            POST.format(id="folderpost01", day=3, text="Shared.", picture="boots.png")
        )

    def folder_picture(self) -> None:
        shutil.copy(FIXTURES / "base/shop/posts/boots.png", self.any().parent / "beside.png")

    def idea(self) -> None:
        write(self.content / f"shop/ideas/i{self.number}.md", self.number % 9, "An idea.")

    def silence(self) -> None:
        path = self.any()
        text = path.read_text(errors="replace")
        path.write_text(text.replace("---\n", "---\n# signpost: allow TXT102 it is meant so\n", 1))

    def mode(self) -> None:
        path = self.any()
        if not path.is_symlink():
            path.chmod(self.random.choice([0o600, 0o755]))

    def ignored(self) -> None:
        (self.content / ".gitignore").write_text("new*.md\n*.png\nideas/\n")
        self.new()

    def overlooked(self) -> None:
        path = self.any()
        how = self.random.choice(["assume-unchanged", "skip-worktree"])
        how = self.random.choice([how, f"no-{how}"])
        words = ["git", "-C", str(self.content), "update-index", f"--{how}", str(path)]
        subprocess.run(words, check=False, capture_output=True)  # not all are known to git
        self.text()

    def linked_folder(self) -> None:
        path = self.content / f"shop/posts/link{self.number}"
        if not path.is_symlink():
            path.symlink_to(self.random.choice([self.content / "shop", self.any().parent]))

    def empty_folder(self) -> None:
        name = self.random.choice(["con", "Aß", "aß", "plain"])
        (self.content / "shop/posts" / name).mkdir(exist_ok=True)

    def same_second(self) -> None:
        """As many bytes as before, and the same time: only a careful look tells them apart."""
        path = self.any()
        before = path.stat()
        data = path.read_bytes()
        path.write_bytes(data.replace(b"12-0", b"11-0", 1))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def workspace(self) -> None:
        path = self.content / "signpost.yaml"
        old, new = self.random.choice(
            [("zone: ", "zone:  "), ("zone:  ", "zone: "), ("\n", "\n\n")]
        )
        path.write_text(path.read_text().replace(old, new, 1))

    def add(self) -> None:
        git(self.content, "add", "-A", ".")


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_it_finds_what_a_cold_run_finds(content: Path, seed: int) -> None:
    editor = Editor(content, seed)
    kept = 0
    for step in range(40):
        edit = editor.random.choice(editor.edits)
        edit()
        found, recalled = told(content, warm=True)
        kept += recalled
        assert found == told(content, warm=False)[0], (seed, step, edit)
    assert kept > 100, "the memory was hardly used"
