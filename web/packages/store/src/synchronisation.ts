import { ProblemError } from '@salon/client';
import { emptyState, type ConversationContext } from './conversation-context';
import { isUnknown } from './conversation-history';
import type { Feedback } from './feedback';
import type { Outbox } from './outbox';
import type { Runs } from './runs';

/** Keeps the shown conversation in step with the browser's copy and with the server. */
export interface Synchronisation {
  /** Show the server's state of the conversation, waiting for the server as long as it takes. */
  refresh(): Promise<void>;
  /** Show the browser's copy, then the server's state. */
  restore(): Promise<void>;
  /** Refresh where `conversation` is the one that is shown and no reply is being written. */
  refreshFrom(conversation: string): Promise<void>;
}

/** Return the synchronisation of a conversation. */
export function createSynchronisation(
  { options, state, history }: ConversationContext,
  { runs, outbox, feedback }: { runs: Runs; outbox: Outbox; feedback: Feedback },
): Synchronisation {
  async function refresh(): Promise<void> {
    const { id } = state.get();
    const isWanted = () => state.get().id === id && !state.get().live;
    while (isWanted()) {
      try {
        const view = await options.client.conversation(id);
        if (!isWanted()) return;
        history.show(view);
        if (view.run) runs.attach(view.run.id, view.run.answers ?? view.messages.at(-1)?.id ?? '');
        return;
      } catch (error) {
        if (error instanceof ProblemError) {
          if (isUnknown(error)) await feedback.load(id);
          return;
        }
        await options.pause();
      }
    }
  }

  return {
    refresh,
    async restore() {
      const found = history.load();
      if (!found) return;
      const { id, messages, pending } = found;
      state.set({ ...emptyState(id), messages });
      const unsent = pending?.message;
      if (pending && unsent && !messages.some((message) => message.id === unsent.id)) outbox.resend(pending, unsent);
      else await refresh();
    },
    async refreshFrom(conversation) {
      if (conversation === state.get().id) await refresh();
    },
  };
}
