"""Assert that a wheel holds the page and nothing that does not belong there, and print its size."""

import json
import sys
import zipfile
from pathlib import Path


def main(path: Path) -> None:
    """Check one wheel.

    Raises:
        SystemExit: something is missing or too much; the message says what.
    """
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        manifest = "salon/_static/manifest.json"
        if manifest not in names or "salon/_static/index.html" not in names:
            raise SystemExit(f"{path.name} holds no page: build it with `make web` first.")
        if "salon/_static/THIRD-PARTY-NOTICES" not in names:
            raise SystemExit(f"{path.name} lacks the licences of the packages that its page contains.")
        files = json.loads(wheel.read(manifest))
    assets = {
        f"salon/_static/{name}{suffix}"
        for name, sizes in files.items()
        for suffix in ((".gz", ".br") if "br" in sizes and not name.endswith(".html") else ("",))
    }
    if missing := assets - names:
        raise SystemExit(f"{path.name} lacks {sorted(missing)}.")
    if excess := [name for name in names if name.endswith(".map") or "/tests/" in name or "node_modules" in name]:
        raise SystemExit(f"{path.name} holds {sorted(excess)}.")
    print(f"{path.name}: {path.stat().st_size / 2**20:.2f} MiB, {len(names)} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
