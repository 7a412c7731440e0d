"""Rated replies as training sets for other libraries, and as tables."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from salon.evaluation.rated_replies import RatedReply, disliked, liked
from salon.stores.feedback_log import COLUMNS, COMMENT, cells_of, encoded_row


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The content of a file: `rows`, each with its line break, below a `header` that may be empty."""

    rows: list[str]
    header: str = ""

    @property
    def text(self) -> str:
        """The content of the file."""
        return self.header + "".join(self.rows)


def as_csv(judged: Iterable[RatedReply]) -> TrainingSet:
    """Return a table with the columns of `log.csv` and one for comments; no cell is evaluated as a formula."""
    rows = [encoded_row(cells_of(each.row())).decode() for each in judged]
    return TrainingSet(rows, header=",".join((*COLUMNS, COMMENT)) + "\r\n")


def as_jsonl(judged: Iterable[RatedReply]) -> TrainingSet:
    """Return a line of JSON with all data of each rated reply."""
    return _lines(
        {
            "conversation": each.conversation,
            "messages": list(each.messages),
            "index": each.index,
            "value": each.answer,
            "liked": each.opinion.liked,
            "options": list(each.opinion.options),
            "comment": each.opinion.comment,
            "user": each.user,
            "given_at": each.given_at,
        }
        for each in judged
    )


def as_preferences(judged: Iterable[RatedReply]) -> TrainingSet:
    """Return a line of JSON for each pair of a liked and a disliked answer to the same prompt (DPO).

    The form is that of conversational preference sets: `prompt`, `chosen` and `rejected`, each a list of messages.
    """
    return _lines(
        {"prompt": better.prompt, "chosen": [_answer_of(better)], "rejected": [_answer_of(worse)]}
        for better, worse in _pairs(judged)
    )


def as_supervised(judged: Iterable[RatedReply]) -> TrainingSet:
    """Return a line of JSON for each liked reply: `messages`, the conversation up to it (SFT)."""
    good = {_prompt(each) + each.answer: each for each in _sound(liked(judged))}
    return _lines({"messages": [*each.prompt, _answer_of(each)]} for each in good.values())


def _pairs(judged: Iterable[RatedReply]) -> Iterator[tuple[RatedReply, RatedReply]]:
    every = list(judged)
    worse: dict[str, dict[str, RatedReply]] = {}
    for each in _sound(disliked(every)):
        worse.setdefault(_prompt(each), {})[each.answer] = each
    better: dict[tuple[str, str], RatedReply] = {(_prompt(each), each.answer): each for each in _sound(liked(every))}
    for (prompt, answer), chosen in better.items():
        for other, rejected in worse.get(prompt, {}).items():
            if other != answer:
                yield chosen, rejected


def _sound(judged: Iterable[RatedReply]) -> list[RatedReply]:
    """Return the replies to train on: complete answers to a user, and verified as the application's own."""
    return [each for each in judged if each.is_sound and each.answer.strip() and each.prompt]


def _prompt(judged: RatedReply) -> str:
    return json.dumps(judged.prompt, ensure_ascii=False)


def _answer_of(judged: RatedReply) -> dict[str, str]:
    return {"role": "assistant", "content": judged.answer}


def _lines(values: Iterable[dict[str, Any]]) -> TrainingSet:
    return TrainingSet([json.dumps(value, ensure_ascii=False) + "\n" for value in values])
