"""From what an author describes to a frozen application, and from that to what the page is told."""
