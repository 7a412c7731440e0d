"""Answers to the examples, kept so that clicking on one shows its answer at once."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from salon.engine.replies import Draft, Drafts
from salon.events.fold import Reply
from salon.identity import Identity
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import ComponentPart, Part
from salon.stores.files import FileStore

EXAMPLES = Identity(owner="examples")
"""Whom the files of cached answers belong to; whoever sees such an answer gets copies."""

_log = logging.getLogger("salon")


class ExampleCache:
    """The cached answers of one endpoint's examples, by their number.

    Args:
        examples: what is asked.
        answer: asks it, as a run like any other, on behalf of `EXAMPLES`.
        files: where files of answers are kept.
    """

    def __init__(self, examples: Sequence[str], answer: Callable[[str], Awaitable[Reply]], files: FileStore) -> None:
        self._examples = examples
        self._ask = answer
        self._files = files
        self._answers: dict[int, tuple[Draft, ...]] = {}

    def has(self, example: int | None, path: list[StoredMessage]) -> bool:
        """Tell whether `path` is nothing but an example asked whose answer is kept."""
        return (
            example is not None
            and len(path) == 1
            and self._is_example(example, path[0].message)
            and example in self._answers
        )

    def answer(self, example: int | None, owner: str) -> Drafts:
        """Return a kept answer as a value that a chat function could return, with copies of its files. It may block."""
        assert example is not None
        answer = self._answers[example]
        return Drafts(tuple(tuple(self._shared(part, owner) for part in draft) for draft in answer))

    async def warm(self) -> None:
        """Run every example once. One that fails is named in the log, and runs anew when it is clicked."""
        for number, text in enumerate(self._examples):
            reply = await self._ask(text)
            if reply.status == "complete":
                self._answers[number] = tuple(message.parts for message in reply.messages)
            else:
                reason = reply.failure.message if reply.failure is not None else reply.status
                _log.warning("The example %r is not cached: %s", text, reason)

    def _shared(self, part: Part, owner: str) -> Part:
        if not isinstance(part, ComponentPart) or not part.files:
            return part
        files = tuple(self._files.share(file.id, owner=EXAMPLES.owner, to=owner) for file in part.files)
        return msgspec.structs.replace(part, files=files)

    def _is_example(self, example: int, message: Message) -> bool:
        return 0 <= example < len(self._examples) and self._examples[example] == message.text
