import pathlib
import shutil
import subprocess
import sys

import controller
import pytest

VERSIONS = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


def runs(program):
    try:
        return subprocess.run([program, "-c", "1"], capture_output=True, timeout=20).returncode == 0
    except OSError:
        return False


def interpreters():
    """Every Python there is, by name."""
    found = {}
    for version in VERSIONS:
        folders = sorted((pathlib.Path.home() / ".pyenv/versions").glob(version + ".*"))
        candidates = [str(folder / "bin/python") for folder in folders] + [f"/usr/bin/python{version}"]
        for program in candidates:
            if runs(program):
                found[version] = program
                break
    for name in ("pypy", "pypy3"):
        if shutil.which(name) and runs(name):
            found[name] = shutil.which(name)
    return found


PYTHONS = interpreters()
# Debian's, and the newer one that scripts/setup-tests adds beside the interpreter of the tests.
NODES = {"node": shutil.which("node"), "newer-node": shutil.which("node", path=sys.prefix + "/bin")}
NODES = {name: program for name, program in NODES.items() if program}
WORKERS = [*PYTHONS, *NODES]
MODERN = [name for name in PYTHONS if name != "2.7"]


class Starter:
    """Starts workers of one kind, and stops them all at the end of the test."""

    def __init__(self, name):
        self.name = name
        self.javascript = name in NODES
        self.started = []

    def __call__(self, model="thread", **options):
        if self.javascript:
            options.pop("model", None)
            worker = controller.node_worker(NODES[self.name], **options)
        else:
            worker = controller.python_worker(PYTHONS[self.name], model, **options)
        self.started.append(worker)
        return worker

    def pick(self, python, javascript):
        return javascript if self.javascript else python


def starter(request, name):
    start = Starter(name)
    yield start
    for worker in start.started:
        worker.process.kill()
        worker.process.wait()


@pytest.fixture(params=WORKERS)
def start(request):
    yield from starter(request, request.param)


@pytest.fixture(params=PYTHONS)
def start_python(request):
    yield from starter(request, request.param)


@pytest.fixture(params=[name for name in ("2.7", "3.11", "3.13", "pypy3") if name in PYTHONS])
def start_some(request):
    yield from starter(request, request.param)


@pytest.fixture(params=MODERN)
def start_modern(request):
    yield from starter(request, request.param)


@pytest.fixture(params=NODES)
def start_node(request):
    yield from starter(request, request.param)


@pytest.fixture
def start_venv(request):
    """The interpreter of the tests, which has gevent and eventlet."""
    PYTHONS["venv"] = sys.executable
    yield from starter(request, "venv")
    del PYTHONS["venv"]


def pytest_report_header(config):
    return "workers: " + " ".join(WORKERS)
