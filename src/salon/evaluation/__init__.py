"""The evaluation of feedback: training sets, a report, and tests."""
