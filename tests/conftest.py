"""What every group of tests may ask for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A deadline is a timed assertion, and a busy machine is no fault of the code under test.
settings.register_profile("signpost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("signpost")

pytest_plugins = ["pytester", "tests.plugins.groups"]

ROOT = Path(__file__).resolve().parent.parent
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specifications and recordings beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is absent")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; `SIGNPOST_CHROMIUM` names one that is not on the PATH."""
    named = os.environ.get("SIGNPOST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium: apt-get install chromium, or name one in SIGNPOST_CHROMIUM")
    return found
