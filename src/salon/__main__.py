"""Lets `python -m salon` do what `salon` does."""

from salon.cli import main

raise SystemExit(main())
