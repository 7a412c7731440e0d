"""Replies with tables, labels, code, JSON and files, each a message of its own."""

import json
import tempfile
from collections import Counter
from pathlib import Path

import salon as gr


def reply(message, history):
    """Count the words of the message, and show the counts in every way."""
    counts = Counter(message.lower().split()).most_common()
    total = sum(count for _, count in counts)
    summary = {"words": total, "different": len(counts)}
    path = Path(tempfile.mkdtemp()) / "summary.json"
    path.write_text(json.dumps(summary), "utf-8")
    return [
        gr.Dataframe([[word, count] for word, count in counts], headers=["word", "times"], label="Words"),
        gr.Label({word: count / total for word, count in counts}, num_top_classes=3, label="Most frequent"),
        gr.Code(f"counts = {dict(counts)!r}", language="python"),
        gr.JSON(summary),
        gr.File(path, label="To keep"),
    ]


demo = gr.ChatInterface(reply, title="Words", examples=["to be or not to be"])

if __name__ == "__main__":
    demo.launch()
