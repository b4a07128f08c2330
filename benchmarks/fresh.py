"""Runs a function of this package in a process of its own, so that no measurement inherits another one's memory.

python -m benchmarks.fresh benchmarks.peers ours    (keyword arguments as JSON on standard input)
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import Any

from tests.servers import ROOT

ANSWER = "answer: "


def fresh(module: str, function: str, **arguments: Any) -> Any:
    """What `module.function(**arguments)` returns when it is called in a new process.

    Arguments and answer travel as JSON, through pipes: a token does not stand in the list of processes. What the
    process writes to standard error passes through.

    Raises:
        RuntimeError: it failed; standard error has said why.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fresh", module, function],
        cwd=ROOT,
        input=json.dumps(arguments),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith(ANSWER)]
    if done.returncode or not answers:
        raise RuntimeError(f"{module}.{function} ended with {done.returncode} and no answer.")
    return json.loads(answers[-1].removeprefix(ANSWER))


if __name__ == "__main__":
    _, module_name, function_name = sys.argv
    found = getattr(importlib.import_module(module_name), function_name)
    print(ANSWER + json.dumps(found(**json.load(sys.stdin))), flush=True)
