"""Components: declarations of what the page shows, each with the fields that its author may set."""
