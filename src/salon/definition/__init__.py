"""The compiler: from an author's definition to a frozen application and the page's configuration."""
