import type { ConversationState, ShownMessage } from './conversation-state';
import type { Observable } from './observable';

/**
 * Call back with each answer that has come, to its end where it was written here, or whole where it was added by
 * others; returns how to stop that. Conversations that are opened, and versions that are leafed to, are no answers.
 */
export function onAnswer(
  conversation: Observable<ConversationState>,
  hear: (answer: ShownMessage) => void,
): () => void {
  let wasLive = false;
  let lastId: string | undefined;
  return conversation.subscribe(({ live, messages }) => {
    const last = messages.at(-1);
    const isAdded = last?.id !== lastId && messages.some(({ id }) => id === lastId);
    const hasCome = !live && (wasLive || isAdded) && last?.message.role === 'assistant';
    wasLive = live !== undefined;
    lastId = last?.id;
    if (hasCome) hear(last);
  });
}
