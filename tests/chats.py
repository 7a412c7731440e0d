"""Builds engines and turns for tests, and reads what they do."""

import atexit
import functools
import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from salon.conversations.value_files import AllowedPaths
from salon.definition.app import AppSpec
from salon.definition.blocks import BlocksSpec
from salon.definition.chat import ChatSpec
from salon.definition.compile import compile_app
from salon.definition.compile_blocks import compile_blocks
from salon.engine.context import Progress
from salon.engine.engine import Engine, EngineLimits
from salon.engine.turn import Turn, UserMessage
from salon.events.fold import Reply, fold
from salon.events.grammar import Grammar
from salon.events.types import RunEvent
from salon.identity import Identity
from salon.messages.message import user_message
from salon.request import Request
from salon.runs.memory import MemoryRuns
from salon.runs.run import Run
from salon.secrets import Secrets
from salon.serve.core import Backends, Core, build_core
from salon.stores.feedback_log import FeedbackLog
from salon.stores.local_answers import LocalAnswers
from salon.stores.local_feedback import LocalFeedback
from salon.stores.local_files import LocalFiles
from salon.stores.memory import MemoryConversations

ANN = Identity(owner="user:ann", user="ann")
BOB = Identity(owner="user:bob", user="bob")
LIMITS = [field.name for field in fields(EngineLimits)]
CONVERSATION = "conversation-1"
_numbers = itertools.count()


def make_core(
    function: Callable[..., Any],
    *,
    runs: MemoryRuns | None = None,
    files: Path | None = None,
    conversations: MemoryConversations | None = None,
    **options: Any,
) -> Core:
    """Return an application without a server for a chat function; options of both may be mixed."""
    settings = {name: options.pop(name) for name in ("show_error", "caching", "signer") if name in options}
    limits = {name: options.pop(name) for name in LIMITS if name in options}
    return core_of(
        compiled_page(ChatSpec(function, **options)),
        runs=runs,
        files=files,
        conversations=conversations,
        limits=limits,
        **settings,
    )


def compiled_page(page: ChatSpec | BlocksSpec) -> AppSpec:
    """Return what a described page is compiled to."""
    compile_page = compile_blocks if isinstance(page, BlocksSpec) else compile_app
    return compile_page(page, request_type=Request, injected_types=(Progress,))


def make_engine(function: Callable[..., Any], **options: Any) -> Engine:
    """Return the engine of `make_core`, which takes the same options."""
    return make_core(function, **options).engine


def core_of(
    app: AppSpec,
    *,
    runs: MemoryRuns | None = None,
    files: Path | None = None,
    conversations: MemoryConversations | None = None,
    limits: dict[str, int] | None = None,
    **settings: Any,
) -> Core:
    """Return an application without a server."""
    runs = runs or MemoryRuns()
    folder = files or _own_folder()
    return build_core(
        app,
        Backends(
            log=runs,
            index=runs,
            conversations=conversations or MemoryConversations(),
            kept=None,
            shares=None,
            files=files_in(folder),
            answers=LocalAnswers(folder / "examples"),
            feedback=LocalFeedback(folder / "feedback"),
            open_feedback_table=lambda path, has_comments: FeedbackLog(path, has_comments=has_comments),
        ),
        allowed=AllowedPaths(roots=(folder.parent,), hidden=(folder,)),
        limits=EngineLimits(**(limits or {})),
        **settings,
    )


def files_in(folder: Path) -> LocalFiles:
    """Return the files of an application that keeps them in `folder`."""
    return LocalFiles(folder, secrets=lambda: Secrets([b"s" * 32]))


@functools.cache
def _own_folder() -> Path:
    """Return a folder that no other run of the tests knows, for files that no test looks for."""
    folder = Path(tempfile.mkdtemp(prefix="salon-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def ask(text: str = "hello", **fields: Any) -> Turn:
    """Return a turn that says `text`."""
    number = next(_numbers)
    message = UserMessage(id=f"question-{number}", message=user_message(text))
    values = {"id": f"turn-{number:06}", "identity": ANN, "conversation": CONVERSATION, "message": message}
    return Turn(**(values | fields))


async def events_of(engine: Engine, run: Run, *, after: int = 0) -> list[RunEvent]:
    """Follow a run to its end and return its events, which keep the grammar."""
    events: list[RunEvent] = []
    async for batch in await engine.follow(run.id, identity=Identity(owner=run.owner), after=after):
        events += [event for _, event in batch]
    if after == 0:
        grammar = Grammar()
        for event in events:
            grammar.accept(event)
        assert grammar.ended
    return events


async def reply_to(engine: Engine, turn: Turn | None = None) -> Reply:
    """Submit a turn and return the whole reply."""
    run = await engine.submit(turn or ask())
    return fold(await events_of(engine, run))


async def said(engine: Engine, text: str = "hello", **fields: Any) -> str:
    """Submit a turn and return the text of the reply."""
    reply = await reply_to(engine, ask(text, **fields))
    assert reply.status == "complete", reply
    return reply.messages[-1].text
