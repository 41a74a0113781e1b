"""What a genuine execnet controller starts in place of Python: ignores its line and serves with worker.py.

Usage: execnet_wrapper.py [-u] [-B] -c BOOTSTRAP     with EXECNET_MODEL in the environment
"""

import os
import pathlib
import re
import sys

bootstrap = sys.stdin.readline()
model = re.findall(r"get_execmodel\('(\w+)'\)", bootstrap.replace("\\", ""))
name = re.findall(r"id='([^']*)'", bootstrap.replace("\\", ""))
sys.argv = ["-c"]
path = pathlib.Path(__file__).resolve().parent.parent.parent / "Sources/ConvokeGateway/Workers/worker.py"
scope = {"__name__": "__main__"}
exec(compile(path.read_text(), str(path), "exec"), scope)
sys.path.pop(0)
scope["serve"](scope["stdio"](), id=name[-1] if name else "x", model=os.environ.get("EXECNET_MODEL", model[-1] if model else "thread"))
