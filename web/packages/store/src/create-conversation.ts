import { newId } from '@salon/client';
import type { Conversation, ConversationOptions } from './conversation';
import { emptyState, type ConversationContext } from './conversation-context';
import { createHistory } from './conversation-history';
import type { ConversationState } from './conversation-state';
import { createFeedback } from './feedback';
import { createNavigation } from './navigation';
import { observable } from './observable';
import { createOutbox } from './outbox';
import { createRevisions } from './revisions';
import { createRuns } from './runs';
import { createSynchronisation } from './synchronisation';

/** Return a new conversation; `restore` and `open` replace it by one that exists. */
export function createConversation(options: ConversationOptions): Conversation {
  const state = observable<ConversationState>(emptyState(newId('conv')));
  const context: ConversationContext = {
    options,
    state,
    history: createHistory(options.client, options, state),
    change: (changes) => state.set({ ...state.get(), ...changes }),
  };
  const feedback = createFeedback(context);
  // A run that cannot be followed to its end makes the server's state of the conversation the one to show.
  const runs = createRuns(context, () => synchronisation.refresh());
  const outbox = createOutbox(context, runs);
  const synchronisation = createSynchronisation(context, { runs, outbox, feedback });
  const navigation = createNavigation(context, { runs, synchronisation });
  const revisions = createRevisions(context, feedback);
  const { loadEarlier, loadAll } = context.history;

  return {
    get: state.get,
    subscribe: state.subscribe,
    send: outbox.send,
    choose: (value) => outbox.send(value),
    retry: outbox.retry,
    edit: outbox.edit,
    stop: runs.stop,
    setFeedback: feedback.set,
    loadEarlier,
    loadAll,
    restore: synchronisation.restore,
    refreshFrom: synchronisation.refreshFrom,
    ...revisions,
    ...navigation,
  };
}
