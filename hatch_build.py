"""Wheel hook: makes sure that the wheel holds the built front end."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebBuildHook(BuildHookInterface):
    """Builds `web/` into `src/salon/_static/` unless that has been done, or is not wanted."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before anything is packed.

        Raises:
            RuntimeError: the page's files are missing and cannot be built here.
        """
        del build_data
        root = Path(self.root)
        if version == "editable" or (root / "src/salon/_static/manifest.json").exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "The page is not built and there is no npm here: install Node.js 20, then run `make web`."
            )
        subprocess.run([npm, "ci"], cwd=root / "web", check=True)
        subprocess.run([npm, "run", "build"], cwd=root / "web", check=True)
