"""Runs the command `salon` as `python -m salon`."""

from salon.cli import main

raise SystemExit(main())
