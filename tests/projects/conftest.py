"""Projects as their developers have them: written, installed beside the app, in processes."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from app.cli import new
from app.testing.cli import Answer, write_config
from tests.architecture.files import ROOT
from tests.projects import samples

STORY = """
import contextlib, io, json, sys
from app.cli import call
told = []
for command in json.loads(sys.argv[2]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = call(["-c", sys.argv[1], *command])
    told.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Projects:
    """The folder where projects are installed, and how commands are called with them."""

    folder: Path

    def install(self, project: Path) -> None:
        """What `pip install` does, into a folder of our own."""
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "--target", self.folder, project], check=True)

    def run(self, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        """Python with the projects."""
        path = os.pathsep.join([str(self.folder), str(ROOT)])
        return subprocess.run(
            [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": path, "STOREKEEPER_CONFIG": os.devnull},
        )  # fmt: skip

    def story(self, config: dict[str, str], *commands: str, cwd: Path = ROOT) -> list[Answer]:
        """What each of these commands answers, one after the other in one process."""
        file = write_config(self.folder / "storekeeper.conf", config)
        words = [shlex.split(command) for command in commands]
        done = self.run("-c", STORY, file, json.dumps(words), cwd=cwd)
        assert done.returncode == 0, done.stderr
        # psql writes before us, since it is a process of its own.
        return [Answer(*told) for told in json.loads(done.stdout.splitlines()[-1])]


@dataclass(frozen=True)
class Sketched:
    """A project with imports written from samples, and what was said of each."""

    folder: Path
    good: dict[str, Answer]
    bad: dict[str, Answer]
    before: dict[str, bytes]
    """The files of the project before that."""

    @property
    def project(self) -> Path:
        return self.folder / "poser"


@pytest.fixture(scope="package")
def sketched(tmp_path_factory):
    """The project as `storekeeper new` and `new-importer` write it: made once."""
    folder = tmp_path_factory.mktemp("projects")
    new.write(folder / "poser", key="poser", title="Poser Foods", source=ROOT)
    before = samples.contents(folder / "poser")
    for name, text in samples.FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "nothing").mkdir()
    bad = {name: said for name, (said, _) in samples.BAD.items()}
    told = Projects(folder / "nothing").story(
        {},
        *samples.commands(folder, samples.GOOD),
        *samples.commands(folder, bad),
        cwd=folder / "poser",
    )
    good = dict(zip(samples.GOOD, told, strict=False))
    return Sketched(folder, good, dict(zip(bad, told[len(good) :], strict=True)), before)


@pytest.fixture(scope="package")
def made(sketched):
    """That project, and where it is installed."""
    folder = sketched.folder
    Projects(folder / "installed").install(folder / "poser")
    return folder


@pytest.fixture
def projects(tmp_path):
    return Projects(tmp_path / "installed")


@pytest.fixture
def poser(tmp_path, projects, made):
    """A copy of that project, installed, for this test only."""
    for part in ("poser", "installed"):
        copytree(made / part, tmp_path / part)
    return tmp_path / "poser"
