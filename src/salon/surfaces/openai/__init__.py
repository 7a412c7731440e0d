"""The protocols of OpenAI's clients: chat completions and responses."""
