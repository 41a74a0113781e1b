"""What a genuine execnet controller starts in place of Python: ignores its line and serves with our worker.

Usage: execnet_wrapper.py [-u] [-B] -c BOOTSTRAP     with EXECNET_MODEL in the environment
"""

import os
import pathlib
import re
import runpy
import sys

bootstrap = sys.stdin.readline()
model = re.findall(r"get_execmodel\('(\w+)'\)", bootstrap.replace("\\", ""))
name = re.findall(r"id='([^']*)'", bootstrap.replace("\\", ""))
sys.argv = ["-c"]
embed = runpy.run_path(str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts/embed-workers"))
scope = {"__name__": "__main__"}
exec(compile(embed["python_source"](*embed["CORE"], "greenlets", "asynchronous"), "worker", "exec"), scope)
sys.path.pop(0)
scope["serve"](scope["stdio"](), id=name[-1] if name else "x", model=os.environ.get("EXECNET_MODEL", model[-1] if model else "thread"))
