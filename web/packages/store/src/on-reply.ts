import type { ConversationState, ShownMessage } from './conversation-state';
import type { Observable } from './observable';

/**
 * Call back with each new reply: when one that was written here has ended, or when one was added elsewhere. Opening a
 * conversation, or switching to another version, gives no new reply. Returns a function that ends this.
 */
export function onReply(
  conversation: Observable<ConversationState>,
  listener: (reply: ShownMessage) => void,
): () => void {
  let wasLive = false;
  let lastId: string | undefined;
  return conversation.subscribe(({ live, messages }) => {
    const last = messages.at(-1);
    const isAdded = last?.id !== lastId && messages.some(({ id }) => id === lastId);
    const isNew = !live && (wasLive || isAdded) && last?.message.role === 'assistant';
    wasLive = live !== undefined;
    lastId = last?.id;
    if (isNew) listener(last);
  });
}
