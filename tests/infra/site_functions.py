"""Runs the functions of the site's distribution, as the template has them, with Node.js.

What CloudFront brings (the key-value store) is a stand-in; `crypto` and `Buffer` are Node's own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cloudformation import load

_STORE = """
let held = {};
const cf = { kvs: () => ({
  exists: async (key) => key in held,
  get: async (key) => { if (!(key in held)) throw new Error('no such key'); return held[key]; },
}) };
"""
_RUN = """
let asked = '';
process.stdin.on('data', (part) => { asked += part; }).on('end', async () => {
  const answers = [];
  for (const one of JSON.parse(asked)) {
    held = one.held;
    Date.now = () => one.now * 1000 + 999;
    answers.push(await handler(one.event));
  }
  process.stdout.write(JSON.stringify(answers));
});
"""
IMPORT = "import cf from 'cloudfront';\n"


def code_of(name: str, **parameters: str) -> str:
    """The code of a function, with what the template puts in."""
    code: Any = load("template.yaml")["Resources"][name]["Properties"]["FunctionCode"]
    text: str = code["Fn::Sub"][0] if isinstance(code, dict) else code
    for parameter, value in parameters.items():
        text = text.replace("${" + parameter + "}", value)
    assert "${" not in text
    return text


def run(code: str, cases: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """What the function answers.

    Args:
        cases: `event`, `held` (what lies in the store) and `now` (seconds since 1970) of each.
        folder: an empty one.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js: apt-get install nodejs")
    file = folder / "function.mjs"
    file.write_text(_STORE + code.replace(IMPORT, "") + _RUN, encoding="utf-8")
    done = subprocess.run(
        [node, str(file)], input=json.dumps(cases), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
