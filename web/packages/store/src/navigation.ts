import { newId } from '@salon/client';
import type { Message } from '@salon/protocol';
import type { Conversation } from './conversation';
import { emptyState, type ConversationContext } from './conversation-context';
import { isUnknown } from './conversation-history';
import type { ShownMessage } from './conversation-state';
import type { Runs } from './runs';
import type { Synchronisation } from './synchronisation';

/** Return the ways from one conversation to another. */
export function createNavigation(
  { options, state, history, change }: ConversationContext,
  { runs, synchronisation }: { runs: Runs; synchronisation: Synchronisation },
): Pick<Conversation, 'startNew' | 'clear' | 'prefill' | 'open'> {
  function startNew({ isTemporary = false } = {}): void {
    runs.leave();
    history.leave();
    state.set({ ...emptyState(newId('conv')), ...(isTemporary && { isTemporary }) });
  }

  function clear(): void {
    const { id, messages } = state.get();
    runs.stop();
    startNew();
    if (messages.every(({ isUnsent }) => isUnsent)) return;
    options.client.remove(id).catch((error: unknown) => isUnknown(error) || options.onRefused(error));
  }

  function prefill(given: Message[]): void {
    const { messages: shown, isPrefilled, isTemporary = false } = state.get();
    if (JSON.stringify(given) === JSON.stringify(shown.map(({ message }) => message))) return;
    if (!isPrefilled || given.length === 0) startNew({ isTemporary });
    if (given.length === 0) return;
    change({ messages: prefilled(given, state.get().messages, options.now_s()), isPrefilled: true });
    history.keep();
  }

  async function open(id: string): Promise<void> {
    if (id === state.get().id) return;
    const messages = await history.open(id);
    if (!messages) return;
    runs.leave();
    state.set({ ...emptyState(id), messages });
    await synchronisation.refresh();
  }

  return { startNew, clear, prefill, open };
}

/** The messages as a path; one that grows, as its function writes it, stays the same message. */
function prefilled(given: Message[], before: ShownMessage[], now_s: number): ShownMessage[] {
  const path: ShownMessage[] = [];
  for (const [index, message] of given.entries()) {
    const old = before[index];
    const isSame = old?.message.role === message.role;
    path.push({
      id: isSame ? old.id : newId('msg'),
      parent: path.at(-1)?.id ?? null,
      created_at: isSame ? old.created_at : now_s,
      message,
    });
  }
  return path;
}
