import type { ComponentPart, FeedbackView, Message } from '@salon/protocol';
import type { Conversation } from './conversation';
import type { ConversationState, ShownMessage } from './conversation-state';
import { likeEvents, withOpinion } from './opinions';
import { observable, type Observable } from './observable';
import { continuesTurn, textOf } from './texts';

/** What a reader does with a conversation that functions fill; `index` counts messages from 0. */
export type ShownEvents = (
  event: string,
  data: { index?: number; value?: unknown; previous_value?: unknown; liked?: unknown },
) => void;

/**
 * A conversation that is what a component shows: what its reader does with it are events. `presets` are opinions on
 * the assistant's turns, in order; what the reader says of a message is shown for as long as the message stays.
 */
export function createShownConversation(
  part: Observable<ComponentPart>,
  happen: ShownEvents,
  presets: string[][] = [],
): Conversation {
  const state = observable<ConversationState>({
    id: 'shown',
    messages: [],
    hasEarlier: false,
    live: undefined,
    ending: undefined,
  });
  let known: Message[] = [];
  let isFirst = true;
  const opinions = new Map<string, { said: string; feedback: FeedbackView }>();

  part.subscribe(({ props }) => {
    const { messages = [] } = (props ?? {}) as { messages?: Message[] };
    if (messages === known) return;
    known = messages;
    const before = state.get().messages;
    const path = messages.map((message, index) => shownAt(before, message, index));
    if (isFirst) preset(path);
    isFirst = false;
    state.set({ ...state.get(), messages: path.map((shown) => judged(shown)) });
  });

  function preset(path: ShownMessage[]): void {
    const starts = path.filter(
      ({ message }, index) => message.role === 'assistant' && !continuesTurn(message, path[index - 1]?.message),
    );
    starts.forEach((shown, index) => {
      const options = presets[index] ?? [];
      if (options.length > 0) opinions.set(shown.id, { said: textOf(shown), feedback: { options } });
    });
  }

  /** The message with what was said of it, unless it says something else by now. */
  function judged(shown: ShownMessage): ShownMessage {
    const opinion = opinions.get(shown.id);
    if (!opinion || opinion.said !== textOf(shown) || shown.feedback) return shown;
    return { ...shown, feedback: opinion.feedback };
  }

  const indexOf = (id: string | undefined) => state.get().messages.findIndex((shown) => shown.id === id);
  const lastUser = () => state.get().messages.findLast(({ message }) => message.role === 'user');

  function tell(event: string, shown: ShownMessage | undefined): void {
    if (shown) happen(event, { index: indexOf(shown.id), value: textOf(shown) });
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    send: () => undefined,
    choose: (value) => happen('option_select', { value }),
    retry: (id) => tell('retry', state.get().messages.find((shown) => shown.id === id) ?? lastUser()),
    edit(id, value) {
      const shown = state.get().messages[indexOf(id)];
      if (shown) happen('edit', { index: indexOf(id), value, previous_value: textOf(shown) });
    },
    undo() {
      tell('undo', lastUser());
      return Promise.resolve(undefined);
    },
    switchTo: () => Promise.resolve(),
    judge(id, feedback) {
      const { messages } = state.get();
      const shown = messages.find((one) => one.id === id);
      if (!shown) return;
      opinions.set(id, { said: textOf(shown), feedback });
      state.set({ ...state.get(), messages: withOpinion(messages, id, feedback) });
      for (const event of likeEvents(messages, id, shown.feedback ?? {}, feedback)) happen('like', event);
    },
    stop: () => undefined,
    clear: () => happen('clear', {}),
    startNew: () => happen('clear', {}),
    prefill: () => undefined,
    open: () => Promise.resolve(),
    loadEarlier: () => Promise.resolve(),
    loadAll: () => Promise.resolve(),
    restore: () => Promise.resolve(),
    refreshFrom: () => Promise.resolve(),
  };
}

/** The same object again where the message is the same, so that nothing is rendered anew. */
function shownAt(before: ShownMessage[], message: Message, index: number): ShownMessage {
  const old = before[index];
  return old?.message === message ? old : { id: `shown-${index}`, message, created_at: undefined as unknown as number };
}
