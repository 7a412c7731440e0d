import { ProblemError, type Client } from '@salon/client';
import type { ConversationView, StoredMessage, TurnRequest } from '@salon/protocol';
import type { ConversationState, ShownMessage } from './conversation-state';
import { createKnownMessages } from './known-messages';
import type { Library } from './library';
import type { Writable } from './observable';
import { pathUpTo } from './path';
import type { Saved, SavedCopy } from './saved-copy';

/** Messages that one request for earlier ones asks for. */
const pageSize = 50;
const largePageSize = 200;

/** Loads and stores the messages of a conversation: the browser's copy, the library, and the server's pages. */
export interface ConversationHistory {
  /** Load the browser's copy; `undefined` when there is none. */
  load(): Saved | undefined;
  /** Load a conversation of the library, and return the messages to be shown of it. */
  open(id: string): Promise<ShownMessage[] | undefined>;
  /** Store what is shown, with a turn that the server has not confirmed yet. */
  keep(pending?: TurnRequest): void;
  /** Forget the messages and delete the browser's copy; the library keeps its own. */
  leave(): void;
  /** Show the server's view; earlier pages that are loaded stay. */
  show(view: ConversationView): void;
  /** The confirmed messages up to the one with `id`. */
  upTo(id: string | null | undefined): StoredMessage[];
  /** The end of these and the known messages of other branches, within the limits of a copy for the server. */
  copyUpTo(id: string | null | undefined): StoredMessage[];
  /** The path through a version of a message, as far as the browser knows it. */
  branchOf(version: string): ShownMessage[];
  /** Load the page before what is shown. */
  loadEarlier(): Promise<void>;
  /** Load all pages before what is shown. */
  loadAll(): Promise<void>;
}

export function createHistory(
  client: Client,
  { saved, library }: { saved: SavedCopy; library?: Library | undefined },
  state: Writable<ConversationState>,
): ConversationHistory {
  const archive = library?.keepsMessages ? library : undefined;
  const known = createKnownMessages(archive !== undefined);
  let loading: Promise<void> | undefined;
  /** What is shown comes from the browser and may lack the conversation's beginning; only the server knows. */
  let isCopy = false;

  /** Add what the library has of other branches, and show that there are such. */
  async function loadBranches(id: string): Promise<void> {
    const archived = await archive?.load(id);
    if (!archived || state.get().id !== id) return;
    known.add(archived.messages);
    state.set({ ...state.get(), messages: known.withVersions(state.get().messages) });
  }

  function show(view: ConversationView): void {
    state.set(withView(state.get(), view, isCopy));
    isCopy = false;
    keep();
  }

  function keep(pending?: TurnRequest): void {
    const { id, messages: shown, isTemporary, isPrefilled } = state.get();
    const path = known.extend(shown);
    if (isTemporary) return;
    saved.save({ id, messages: path, ...(pending && { pending }) });
    if (isPrefilled) return;
    known.add(path);
    library?.keep({ id, messages: archive ? known.all() : path }, path.at(-1)?.id ?? null);
  }

  async function loadPage(limit: number): Promise<void> {
    const { id, messages, hasEarlier } = state.get();
    const first = messages[0];
    if (!hasEarlier || !first) return;
    const view = await client.conversation(id, { before: first.id, limit }).catch((error: unknown) => {
      if (!isUnknown(error)) throw error;
      return { id, messages: known.upTo(messages, first.parent), earlier: false };
    });
    if (state.get().messages[0] !== first) return;
    const all = [...view.messages, ...state.get().messages];
    state.set({ ...state.get(), messages: all, hasEarlier: view.earlier ?? false });
    known.add(known.extend(all));
  }

  function loadEarlier(limit = pageSize): Promise<void> {
    loading ??= loadPage(limit).finally(() => (loading = undefined));
    return loading;
  }

  function leave(): void {
    known.clear();
    isCopy = false;
    saved.forget();
  }

  return {
    load() {
      const found = saved.load();
      known.start(found?.messages ?? []);
      isCopy = true;
      if (found) void loadBranches(found.id);
      return found;
    },
    async open(id) {
      const archived = await library?.load(id);
      if (!archived) return undefined;
      leave();
      const path = known.open(archived);
      isCopy = true;
      saved.save({ id, messages: path });
      return known.withVersions(path);
    },
    keep,
    leave,
    show,
    upTo: (id) => known.upTo(state.get().messages, id),
    copyUpTo: (id) => known.copyUpTo(state.get().messages, id),
    branchOf: known.branchOf,
    loadEarlier: () => loadEarlier(),
    async loadAll() {
      while (state.get().hasEarlier) await loadEarlier(largePageSize);
    },
  };
}

/** The state with the server's view at its end; a copy of the browser's cannot tell whether it has the beginning. */
function withView(state: ConversationState, view: ConversationView, isCopy: boolean): ConversationState {
  const before = pathUpTo(state.messages, view.messages[0]?.parent);
  return {
    ...state,
    messages: [...before, ...view.messages],
    hasEarlier: before.length > 0 && !isCopy ? state.hasEarlier : (view.earlier ?? false),
    ending: undefined,
  };
}

/** Whether the server does not have the conversation. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'conversation.unknown';
}
