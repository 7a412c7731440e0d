"""How much does the base install put on the disk?"""

from bench import Metric, compare, python

METRICS = [Metric("installed size", "MiB", 15), Metric("packages", "", 12)]
_TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")


def measure(framework):
    (folder,) = python(framework).parent.parent.glob("lib/python*/site-packages")
    entries = [
        entry for entry in folder.iterdir() if entry.name.partition("-")[0] not in _TOOLS and entry.name not in _TOOLS
    ]
    files = [path for entry in entries for path in (entry, *entry.rglob("*")) if path.is_file()]
    return {
        "installed size": sum(path.stat().st_size for path in files) / 2**20,
        "packages": sum(entry.name.endswith(".dist-info") for entry in entries),
    }


if __name__ == "__main__":
    compare("Install", METRICS, measure, repeats=1)
