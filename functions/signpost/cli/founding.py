"""What a new workspace consists of: its files, from a few answers.

Files of the project (the sample, the workflow, what editors read) are taken as they lie in git or in
the wheel; what a company has to write itself begins as a placeholder from `starter/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template

from signpost.cli.adoption import SAMPLE_ID, adopted, place_of
from signpost.cli.newfiles import NewFile

STARTER = Path(__file__).with_name("starter")
CONTENT, SITE = "content", "strategy-site"
OWNED = (".github/workflows/content.yaml", "ci/content.sh", "ci/gitlab.yaml")
"""What belongs to Signpost and not to the company: `init --update` writes it anew. So it does with
the schemas for editors, which hold the workspace's own words."""
COURTESY = (".gitignore", ".editorconfig", "README.md", ".vscode")
"""What a repository may have already: then it keeps its own."""
FIRST_POST_AFTER = timedelta(days=14)
_MONTHS = 12
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|!~&]")
_ENTITIES = {"<": "&lt;", "~": "&#126;", "&": "&amp;", "|": "&#124;"}
"""What builds the handbook has no backslash form of these."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` has to know.

    Args:
        name: the brand's name, for people.
        brand: its id.
        requirement: the line of ci/requirements.txt that names Signpost.
        sample: the sample brand instead of placeholders.
    """

    name: str
    brand: str
    zone: str
    language: str
    requirement: str
    sample: bool = False

    @property
    def workspace(self) -> str:
        """The workspace's id; the stack's template takes fewer letters than a brand's id may have."""
        plain = self.brand.replace("_", "-")
        return (plain if plain[0].isalpha() else f"w-{plain}")[:32].rstrip("-")


def workspace_files(
    project: Path, answers: Answers, today: date, mint: Callable[[], str]
) -> dict[str, NewFile]:
    """Every file of a new workspace by its path, but the schemas for editors, which are made of it.

    Args:
        project: where the project's own files lie.
        today: in the brand's zone; the first post is planned from it.
        mint: makes the id of a post.
    """
    files = {**owned_files(project)}
    for name in (".editorconfig", ".vscode"):
        files.update(_taken(project, name))
    sample = {**_taken(project, CONTENT), **_taken(project, SITE)} if answers.sample else {}
    values = _values(answers, today, mint)
    for path, text in _starter(answers.brand, values["publish"]):
        if not sample or path.partition("/")[0] not in {CONTENT, SITE}:
            files[path] = NewFile(Template(text).substitute(values).encode())
    if not sample:
        files.update(_handbook(project, answers, today))
    return dict(sorted({**files, **sample}.items()))


def owned_files(project: Path) -> dict[str, NewFile]:
    """The files that `init --update` writes anew, by path."""
    return {path: file for name in OWNED for path, file in _taken(project, name).items()}


def is_courtesy(path: str) -> bool:
    """Whether a repository that has this file already may keep its own."""
    return path.partition("/")[0] in COURTESY


def _taken(project: Path, name: str) -> dict[str, NewFile]:
    """A file of the project, or all of a folder; nothing where there is none."""
    place = project / name
    found = [place] if place.is_file() else sorted(place.rglob("*"))
    return {
        path.relative_to(project).as_posix(): NewFile(data, executable=data.startswith(b"#!"))
        for path in found
        if path.is_file() and not {"__pycache__", ".signpost"} & set(path.parts)
        for data in (path.read_bytes(),)
    }


def _starter(brand: str, publish: str) -> Iterator[tuple[str, str]]:
    """Paths and texts of the placeholders."""
    for path in sorted(STARTER.rglob("*")):
        if path.is_file():
            name = path.relative_to(STARTER).as_posix().replace("BRAND", brand)
            name = name.replace("/posts/", f"/posts/{publish[:4]}/{publish[5:7]}/")
            yield name.replace("dot.", "."), path.read_text(encoding="utf-8")


def _values(answers: Answers, today: date, mint: Callable[[], str]) -> Mapping[str, str]:
    return {
        "name_yaml": _yaml(answers.name),
        "name_md": markdown(answers.name),
        "brand": answers.brand,
        "workspace": answers.workspace,
        "zone": answers.zone,
        "language": answers.language,
        # A handle on Mastodon has letters, digits and underscores, at most 30.
        "handle": answers.brand.replace("-", "_")[:30],
        "post_id": mint(),
        "idea_id": mint(),
        "publish": f"{today + FIRST_POST_AFTER} 09:00",
        "months": "\n".join(f"  - month: {month}" for month in _months(today)),
        "requirement": answers.requirement,
        "site_dir": "/site/" if answers.sample else f"/{SITE}/site/",
    }


def _months(today: date) -> Iterator[str]:
    for number in range(_MONTHS):
        year, month = divmod(today.month - 1 + number, 12)
        yield f"{today.year + year}-{month + 1:02d}"


def _handbook(project: Path, answers: Answers, today: date) -> dict[str, NewFile]:
    """The sample's handbook, with questions where only the company knows the answer.

    What is made from data is empty yet; see `wiring.write_handbook`.
    """
    made = {}
    for path, file in _taken(project, SITE).items():
        text = file.data.decode()
        if path == f"{SITE}/mkdocs.yml":
            made[path] = NewFile(_site(text, answers).encode())
        elif path.startswith(f"{SITE}/docs/") and path.endswith(".md"):
            place = place_of(path, answers.brand)
            page = adopted(text, answers.brand, markdown(answers.name), today)
            made[place] = NewFile(page.encode())
        elif path.startswith(f"{SITE}/docs/"):  # what all pages share, such as styles
            made[path] = file
    return made


def _site(text: str, answers: Answers) -> str:
    """The site's settings: the project's own, with another name and its own folder.

    A `site/` beside `strategy-site/` may be somebody's website, and a build clears its folder.
    """
    replaced = {
        "site_name": _yaml(f"{answers.name}: handbook"),
        "site_description": _yaml(f"Strategy, guidelines and onboarding of {answers.name}"),
        "site_dir": "site",
    }
    for key, value in replaced.items():
        before, _, after = _line(text, key)
        text = f"{before}{key}: {value}{after}"
    return text.replace(f" {SAMPLE_ID}/", f" {answers.brand}/")


def _line(text: str, key: str) -> tuple[str, str, str]:
    """What stands before, in and after the line of a key."""
    found = re.search(rf"(?m)^{key}:.*$", text)
    if found is None:
        raise ValueError(f"mkdocs.yml has no line `{key}:` of its own.")
    return text[: found.start()], found[0], text[found.end() :]


def _yaml(text: str) -> str:
    """The text as a YAML scalar in double quotes; a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)


def markdown(text: str) -> str:
    """The text as Markdown shows it, with nothing in it that acts."""
    return _MARKDOWN.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), text)
