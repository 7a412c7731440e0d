"""The views of conversations for the page: paginated, from the end."""

from collections.abc import Callable, Mapping, Sequence

from salon.definition.app import AppSpec
from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.runs.run import Run
from salon.stores.feedback import Opinion
from salon.stores.kept import ConversationEntry
from salon.stores.shares import Share
from salon.surfaces.callable_endpoints import CallableEndpoint, callable_endpoints
from salon.surfaces.web.wire import (
    ActiveRun,
    ConversationView,
    EndpointParameter,
    EndpointsView,
    EndpointView,
    EntryView,
    FeedbackView,
    MessageView,
    SharedView,
)

PAGE = 50
PAGE_AT_MOST = 200


def endpoints_view(app: AppSpec, protocols: Sequence[str], address: str) -> EndpointsView:
    """Return the endpoints that programs may call; `address` is the application's."""
    public = [each for each in callable_endpoints(app) if each.visibility == "public"]
    return EndpointsView(endpoints=tuple(map(_endpoint, public)), protocols=tuple(protocols), address=address)


def _endpoint(endpoint: CallableEndpoint) -> EndpointView:
    parameters = tuple(
        EndpointParameter(
            name=parameter.name,
            input=parameter.input,
            label=parameter.label,
            schema=dict(parameter.schema),
            has_default=parameter.has_default,
            default=parameter.default if parameter.has_default else None,
        )
        for parameter in endpoint.parameters
    )
    return EndpointView(
        name=endpoint.name,
        description=endpoint.description,
        chat=endpoint.chat,
        event=endpoint.event,
        outputs=tuple(output.id for output in endpoint.outputs),
        takes_files=endpoint.config.files is not None,
        parameters=parameters,
    )


def view(
    conversation: Conversation,
    run: Run | None,
    *,
    limit: int = PAGE,
    before: MessageId | None = None,
    undone: StoredMessage | None = None,
    opinions: Mapping[MessageId, Opinion] | None = None,
    sign: Callable[[ConversationId, StoredMessage], str] | None = None,
) -> ConversationView:
    """Return the last `limit` messages on the path to the head, or the last ones before `before`.

    Args:
        conversation: the conversation.
        run: its active run.
        limit: number of messages; one page has at most 200.
        before: id of a message that the client has.
        undone: message that was just undone.
        opinions: the user's ratings of messages.
        sign: function that returns the signatures of messages that clients store.

    Raises:
        NotFoundError: `before` is not in the conversation.
    """
    end = conversation.get(before).parent if before is not None else conversation.head
    messages: list[MessageView] = []
    while end is not None and len(messages) < min(limit, PAGE_AT_MOST):
        stored = conversation.get(end)
        signature = None if sign is None else sign(conversation.id, stored)
        opinion = (opinions or {}).get(stored.id)
        messages.append(_message(stored, conversation.versions(stored.id), signature, opinion))
        end = stored.parent
    messages.reverse()
    return ConversationView(
        id=conversation.id,
        messages=tuple(messages),
        earlier=end is not None,
        run=ActiveRun(id=run.id, answers=run.answers) if run is not None else None,
        undone=_message(undone, ()) if undone is not None else None,
    )


def entry_view(entry: ConversationEntry) -> EntryView:
    """Return the entry of a conversation in the list."""
    return EntryView(
        id=entry.id,
        title=entry.title,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        chat=entry.chat,
        is_named=entry.is_named,
        is_pinned=entry.is_pinned,
    )


def shared_view(share: Share) -> SharedView:
    """Return a share in the form that every user gets."""
    messages = tuple(_message(stored, ()) for stored in share.messages)
    return SharedView(title=share.title, created_at=share.created_at, messages=messages)


def feedback_view(opinion: Opinion) -> FeedbackView:
    """Return a rating in the page's form."""
    return FeedbackView(options=opinion.options, comment=opinion.comment)


def _message(
    stored: StoredMessage, versions: Sequence[MessageId], signature: str | None = None, opinion: Opinion | None = None
) -> MessageView:
    return MessageView(
        id=stored.id,
        message=stored.message,
        created_at=stored.created_at,
        parent=stored.parent,
        versions=tuple(versions) if len(versions) > 1 else (),
        feedback=feedback_view(opinion) if opinion is not None else None,
        signature=signature,
    )
