import type { ComponentPart, FeedbackView, Message } from '@salon/protocol';
import type { Conversation } from './conversation';
import { emptyState } from './conversation-context';
import type { EmitChatEvent } from './conversation-events';
import type { ConversationState, ShownMessage } from './conversation-state';
import { likeEvents, withFeedback } from './feedback-changes';
import { continuesTurn, textOf } from './message-text';
import { observable, type Observable } from './observable';

/**
 * Return the messages of a chatbot component, which functions set, as a conversation; the actions of its reader are
 * events. `presets` are the feedback options on the assistant's turns, in order; the reader's own feedback is shown as
 * long as the message stays.
 */
export function createComponentConversation(
  part: Observable<ComponentPart>,
  emit: EmitChatEvent,
  presets: string[][] = [],
): Conversation {
  const state = observable<ConversationState>(emptyState('shown'));
  const feedbacks = createFeedbackMemory();
  let known: Message[] | undefined;

  part.subscribe(({ props }) => {
    const { messages = [] } = (props ?? {}) as { messages?: Message[] };
    if (messages === known) return;
    const before = state.get().messages;
    const path = messages.map((message, index) => shownAt(before, message, index));
    if (!known) for (const [shown, options] of turnsWith(path, presets)) feedbacks.set(shown, { options });
    known = messages;
    state.set({ ...state.get(), messages: path.map(feedbacks.apply) });
  });

  const indexOf = (id: string | undefined) => state.get().messages.findIndex((shown) => shown.id === id);
  const lastUser = () => state.get().messages.findLast(({ message }) => message.role === 'user')?.id;

  function emitFor(event: string, id: string | undefined): void {
    const shown = state.get().messages[indexOf(id)];
    if (shown) emit(event, { index: indexOf(id), value: textOf(shown) });
  }

  const actions: Partial<Conversation> = {
    choose: (value) => emit('option_select', { value }),
    retry: (id) => emitFor('retry', indexOf(id) < 0 ? lastUser() : id),
    edit(id, value) {
      const shown = state.get().messages[indexOf(id)];
      if (shown) emit('edit', { index: indexOf(id), value, previous_value: textOf(shown) });
    },
    undo() {
      emitFor('undo', lastUser());
      return Promise.resolve(undefined);
    },
    setFeedback(id, feedback) {
      const { messages } = state.get();
      const shown = messages[indexOf(id)];
      if (!shown) return;
      feedbacks.set(shown, feedback);
      state.set({ ...state.get(), messages: withFeedback(messages, id, feedback) });
      for (const event of likeEvents(messages, id, shown.feedback ?? {}, feedback)) emit('like', event);
    },
    clear: () => emit('clear', {}),
    startNew: () => emit('clear', {}),
  };
  return { ...inert(state), ...actions };
}

/** A conversation that shows its state and does nothing. */
function inert({ get, subscribe }: Observable<ConversationState>): Conversation {
  const nothing = () => undefined;
  const resolved = () => Promise.resolve(undefined);
  return {
    get,
    subscribe,
    send: nothing,
    choose: nothing,
    retry: nothing,
    edit: nothing,
    undo: resolved,
    switchTo: resolved,
    setFeedback: nothing,
    stop: nothing,
    clear: nothing,
    startNew: nothing,
    prefill: nothing,
    open: resolved,
    loadEarlier: resolved,
    loadAll: resolved,
    restore: resolved,
    refreshFrom: resolved,
  };
}

/** Feedback on messages, each valid as long as the message has the text that it had then. */
function createFeedbackMemory() {
  const byId = new Map<string, { text: string; feedback: FeedbackView }>();
  return {
    set: (shown: ShownMessage, feedback: FeedbackView) => void byId.set(shown.id, { text: textOf(shown), feedback }),
    apply(shown: ShownMessage): ShownMessage {
      const { text, feedback } = byId.get(shown.id) ?? {};
      return !feedback || text !== textOf(shown) || shown.feedback ? shown : { ...shown, feedback };
    },
  };
}

/** The first messages of the assistant's turns, with the feedback options that are preset for them. */
function turnsWith(path: ShownMessage[], presets: string[][]): [ShownMessage, string[]][] {
  const turns = path.filter(
    ({ message }, index) => message.role === 'assistant' && !continuesTurn(message, path[index - 1]?.message),
  );
  return turns.flatMap((shown, index): [ShownMessage, string[]][] => {
    const options = presets[index] ?? [];
    return options.length > 0 ? [[shown, options]] : [];
  });
}

/** The same object again where the message is the same, so that nothing is rendered anew. */
function shownAt(before: ShownMessage[], message: Message, index: number): ShownMessage {
  const old = before[index];
  return old?.message === message ? old : { id: `shown-${index}`, message, created_at: undefined as unknown as number };
}
