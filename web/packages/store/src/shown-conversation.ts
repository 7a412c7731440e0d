import type { ComponentPart, Message } from '@salon/protocol';
import type { Conversation } from './conversation';
import type { ConversationState, ShownMessage } from './conversation-state';
import { observable, type Observable } from './observable';

/** What a reader does with a conversation that functions fill; `index` counts messages from 0. */
export type ShownEvents = (event: string, data: { index?: number; value?: unknown; previous_value?: unknown }) => void;

/** A conversation that is what a component shows: what its reader does with it are events. */
export function createShownConversation(part: Observable<ComponentPart>, happen: ShownEvents): Conversation {
  const state = observable<ConversationState>({ id: 'shown', messages: [], hasEarlier: false, live: undefined, ending: undefined });
  let known: Message[] = [];

  part.subscribe(({ props }) => {
    const { messages = [] } = (props ?? {}) as { messages?: Message[] };
    if (messages === known) return;
    known = messages;
    const before = state.get().messages;
    state.set({ ...state.get(), messages: messages.map((message, index) => shownAt(before, message, index)) });
  });

  const textOf = ({ message }: ShownMessage) =>
    (message.parts ?? []).flatMap((one) => ('text' in one && one.text ? [one.text] : [])).join('\n\n');
  const indexOf = (id: string | undefined) => state.get().messages.findIndex((shown) => shown.id === id);
  const lastUser = () => state.get().messages.findLast(({ message }) => message.role === 'user');

  function tell(event: string, shown: ShownMessage | undefined): void {
    if (shown) happen(event, { index: indexOf(shown.id), value: textOf(shown) });
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    send: (value) => happen('option_select', { value }),
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
    stop: () => undefined,
    clear: () => happen('clear', {}),
    startNew: () => happen('clear', {}),
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
