"""Brings files of the project into the wheel, from the places where git keeps them.

What `signpost init` and `signpost up` need beside the package (the sample, the workflow, the
template, …) is named in pyproject.toml under [tool.signpost], and lies in the wheel as it lies
here, below `signpost/_project/`. An editable installation and a checkout read the originals.
All else about the build is in pyproject.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
LEFT_OUT = {"__pycache__", ".signpost", ".DS_Store", "site"}


def brought_along() -> Iterator[Path]:
    """The files, as paths from here.

    Raises:
        FileNotFoundError: pyproject.toml names something that is not there.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name in settings["tool"]["signpost"]["brought-along"]:
        place = ROOT / name
        if not place.exists():
            raise FileNotFoundError(f"{name}, named in pyproject.toml, is not there.")
        for path in sorted([place, *place.rglob("*")]):
            if path.is_file() and not LEFT_OUT.intersection(path.relative_to(place).parts):
                yield path.relative_to(ROOT)


class BuildWithProject(build_py):
    """setuptools' own step, and then those files."""

    def run(self) -> None:
        """Build the package."""
        super().run()
        if self.editable_mode:
            return
        for path in brought_along():
            target = Path(self.build_lib) / "signpost" / "_project" / path
            self.mkpath(str(target.parent))
            self.copy_file(str(ROOT / path), str(target))

    def get_source_files(self) -> list[str]:
        """What a source distribution needs."""
        return [*super().get_source_files(), *map(str, brought_along())]


setup(cmdclass={"build_py": BuildWithProject})
