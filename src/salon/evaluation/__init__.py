"""What was learned from readers: sets to train on, a report, and tests."""
