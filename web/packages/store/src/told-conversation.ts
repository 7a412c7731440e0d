import type { Conversation } from './conversation';
import type { ShownEvents } from './shown-conversation';
import { textOf } from './texts';

/**
 * A chat's conversation that tells what its reader does with it, for functions of the page that listen. `opening` is
 * the number of messages that stand before it.
 */
export function toldConversation(conversation: Conversation, opening: number, happen: ShownEvents): Conversation {
  function tell(event: string, id: string | undefined, more: { value?: unknown; previous_value?: unknown } = {}): void {
    const { messages } = conversation.get();
    const index = messages.findIndex((shown) => shown.id === id);
    const shown = messages[index];
    if (shown) happen(event, { index: opening + index, value: textOf(shown), ...more });
  }
  const lastUser = () => conversation.get().messages.findLast(({ message }) => message.role === 'user')?.id;

  return {
    ...conversation,
    send(text, example, files) {
      if (example !== undefined) happen('example_select', { index: example, value: text });
      conversation.send(text, example, files);
    },
    choose(value) {
      happen('option_select', { value });
      conversation.choose(value);
    },
    retry(id = lastUser()) {
      tell('retry', id);
      conversation.retry(id);
    },
    edit(id, text, files) {
      const shown = conversation.get().messages.find((one) => one.id === id);
      if (shown) tell('edit', id, { value: text, previous_value: textOf(shown) });
      conversation.edit(id, text, files);
    },
    undo() {
      tell('undo', lastUser());
      return conversation.undo();
    },
    clear() {
      happen('clear', {});
      conversation.clear();
    },
    startNew(options) {
      happen('clear', {});
      conversation.startNew(options);
    },
  };
}
