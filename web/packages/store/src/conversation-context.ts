import type { ConversationOptions } from './conversation';
import type { ConversationHistory } from './conversation-history';
import type { ConversationState } from './conversation-state';
import type { Writable } from './observable';

/** What the parts of a conversation have in common. */
export interface ConversationContext {
  options: ConversationOptions;
  state: Writable<ConversationState>;
  history: ConversationHistory;
  change(changes: Partial<ConversationState>): void;
}

/** The state of a conversation that has no messages. */
export function emptyState(id: string): ConversationState {
  return { id, messages: [], hasEarlier: false, live: undefined, ending: undefined };
}
