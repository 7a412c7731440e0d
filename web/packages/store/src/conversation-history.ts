import { ProblemError, type Client } from '@salon/client';
import type { ConversationView, StoredMessage, TurnRequest } from '@salon/protocol';
import type { ConversationState } from './conversation-state';
import type { Writable } from './observable';
import { joined, pathUpTo } from './path';
import type { Saved, SavedCopy } from './saved-copy';

const page = 50;
const largePage = 200;

/** The messages that are known of a conversation: what the browser kept, and the server's pages before and after it. */
export interface ConversationHistory {
  /** Take over what the browser kept; `undefined` when that is nothing. */
  load(): Saved | undefined;
  /** Keep what is shown in the browser, with a turn that is not confirmed yet. */
  keep(pending?: TurnRequest): void;
  forget(): void;
  /** Show the server's view; pages that were loaded before it stay. */
  show(view: ConversationView): void;
  /** The confirmed messages up to the one with `id`, for a server that lost them. */
  copyUpTo(id: string | null | undefined): StoredMessage[];
  /** Load the page before what is shown. */
  loadEarlier(): Promise<void>;
  /** Load all that there is before what is shown. */
  loadAll(): Promise<void>;
}

export function createHistory(
  client: Client,
  saved: SavedCopy,
  state: Writable<ConversationState>,
): ConversationHistory {
  let kept: StoredMessage[] = [];
  let loading: Promise<void> | undefined;
  /** The copy may lack the conversation's beginning; only the server knows. */
  let isCopy = false;

  function show(view: ConversationView): void {
    const { messages, hasEarlier } = state.get();
    const before = pathUpTo(messages, view.messages[0]?.parent);
    state.set({
      ...state.get(),
      messages: [...before, ...view.messages],
      hasEarlier: before.length > 0 && !isCopy ? hasEarlier : (view.earlier ?? false),
      ending: undefined,
    });
    isCopy = false;
    keep();
  }

  function keep(pending?: TurnRequest): void {
    const { id, messages } = state.get();
    kept = joined(kept, messages);
    saved.save({ id, messages: kept, ...(pending && { pending }) });
  }

  async function loadPage(limit: number): Promise<void> {
    const { id, messages, hasEarlier } = state.get();
    const first = messages[0];
    if (!hasEarlier || !first) return;
    const view = await client.conversation(id, { before: first.id, limit }).catch((error: unknown) => {
      if (!isUnknown(error)) throw error;
      return { id, messages: pathUpTo(kept, first.parent), earlier: false };
    });
    if (state.get().messages[0] !== first) return;
    const all = [...view.messages, ...state.get().messages];
    state.set({ ...state.get(), messages: all, hasEarlier: view.earlier ?? false });
    kept = joined(kept, all);
  }

  function loadEarlier(limit = page): Promise<void> {
    loading ??= loadPage(limit).finally(() => (loading = undefined));
    return loading;
  }

  return {
    load() {
      const found = saved.load();
      kept = found?.messages ?? [];
      isCopy = true;
      return found;
    },
    keep,
    forget() {
      kept = [];
      isCopy = false;
      saved.forget();
    },
    show,
    copyUpTo: (id) => pathUpTo(joined(kept, state.get().messages), id),
    loadEarlier: () => loadEarlier(),
    async loadAll() {
      while (state.get().hasEarlier) await loadEarlier(largePage);
    },
  };
}

/** Whether the server does not have the conversation. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'conversation.unknown';
}
