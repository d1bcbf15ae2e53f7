"""Install the lesson in place: what `pip install --no-deps -e .` does, without a build tool or a network."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

from launcher.pieces import site_packages


def install_lesson(root: Path, venv: Path) -> None:
    """Link the lesson's folder into an environment, and let JupyterLab open without asking about news.

    Args:
        root: the folder of the lesson.
        venv: the environment.
    """
    site = site_packages(venv)
    link = f"import sys; sys.path.append({str(root)!a})\n"  # ASCII, whatever the folder is called
    (site / "lesson.pth").write_text(link, encoding="ascii")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stem = project["name"].replace("-", "_")
    for old in site.glob(f"{stem}-*.dist-info"):
        shutil.rmtree(old)
    distribution = site / f"{stem}-{project['version']}.dist-info"
    distribution.mkdir()
    for name, text in metadata_files(project).items():
        (distribution / name).write_text(text, encoding="utf-8")
    files = ["lesson.pth", *(f"{distribution.name}/{name}" for name in (*metadata_files(project), "RECORD"))]
    (distribution / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
    settings = venv / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(quiet), encoding="utf-8")


def metadata_files(project: dict[str, Any]) -> dict[str, str]:
    """Return the files in which Python and Jupyter look up an installed distribution, by name."""
    groups = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    entry_points = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in groups.items()
    ]
    metadata = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    metadata += [f"Requires-Dist: {dependency}" for dependency in project["dependencies"]]
    return {
        "METADATA": "\n".join(metadata) + "\n",
        "INSTALLER": "start.py\n",
        "entry_points.txt": "\n".join(entry_points),
    }
