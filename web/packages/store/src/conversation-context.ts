import type { ConversationOptions } from './conversation';
import type { ConversationHistory } from './conversation-history';
import type { ConversationState } from './conversation-state';
import type { Writable } from './observable';

/** The state and services that the parts of a conversation share. */
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
