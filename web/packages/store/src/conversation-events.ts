import type { Conversation } from './conversation';
import { textOf } from './message-text';

/** Emits an event of a chatbot; `index` counts messages from 0. */
export type EmitChatEvent = (
  event: string,
  data: { index?: number; value?: unknown; previous_value?: unknown; liked?: unknown },
) => void;

/**
 * Return a chat's conversation that also emits an event for each action of its reader, for functions of the page that
 * listen. `opening` is the number of messages that are shown before it.
 */
export function withEvents(conversation: Conversation, opening: number, emit: EmitChatEvent): Conversation {
  function emitFor(
    event: string,
    id: string | undefined,
    more: { value?: unknown; previous_value?: unknown } = {},
  ): void {
    const { messages } = conversation.get();
    const index = messages.findIndex((shown) => shown.id === id);
    const shown = messages[index];
    if (shown) emit(event, { index: opening + index, value: textOf(shown), ...more });
  }
  const lastUser = () => conversation.get().messages.findLast(({ message }) => message.role === 'user')?.id;

  return {
    ...conversation,
    send(text, example, files) {
      if (example !== undefined) emit('example_select', { index: example, value: text });
      conversation.send(text, example, files);
    },
    choose(value) {
      emit('option_select', { value });
      conversation.choose(value);
    },
    retry(id = lastUser()) {
      emitFor('retry', id);
      conversation.retry(id);
    },
    edit(id, text, files) {
      const shown = conversation.get().messages.find((one) => one.id === id);
      if (shown) emitFor('edit', id, { value: text, previous_value: textOf(shown) });
      conversation.edit(id, text, files);
    },
    undo() {
      emitFor('undo', lastUser());
      return conversation.undo();
    },
    clear() {
      emit('clear', {});
      conversation.clear();
    },
    startNew(options) {
      emit('clear', {});
      conversation.startNew(options);
    },
  };
}
