import { bytesOf, copyLimits, copyOf, ProblemError, type Client } from '@salon/client';
import type { ConversationView, StoredMessage, TurnRequest } from '@salon/protocol';
import { latestLeaf, pathTo, withVersions } from './branches';
import type { ConversationState, ShownMessage } from './conversation-state';
import type { Library } from './library';
import type { Writable } from './observable';
import { joined, pathUpTo } from './path';
import type { Saved, SavedCopy } from './saved-copy';

const page = 50;
const largePage = 200;

/** The messages that are known of a conversation: what the browser kept, and the server's pages before and after it. */
export interface ConversationHistory {
  /** Take over what the browser kept; `undefined` when that is nothing. */
  load(): Saved | undefined;
  /** Take over a conversation of the library, and return what is to be shown of it. */
  open(id: string): Promise<ShownMessage[] | undefined>;
  /** Keep what is shown in the browser, with a turn that is not confirmed yet. */
  keep(pending?: TurnRequest): void;
  forget(): void;
  /** Begin with nothing; what was kept for the library stays there. */
  leave(): void;
  /** Show the server's view; pages that were loaded before it stay. */
  show(view: ConversationView): void;
  /** The confirmed messages up to the one with `id`. */
  upTo(id: string | null | undefined): StoredMessage[];
  /** The end of these, and what is known of other branches, as far as a server takes it that has lost them. */
  copyUpTo(id: string | null | undefined): StoredMessage[];
  /** The branch that a version is in, as far as the browser knows it. */
  branchOf(version: string): ShownMessage[];
  /** Load the page before what is shown. */
  loadEarlier(): Promise<void>;
  /** Load all that there is before what is shown. */
  loadAll(): Promise<void>;
}

export function createHistory(
  client: Client,
  { saved, library }: { saved: SavedCopy; library?: Library | undefined },
  state: Writable<ConversationState>,
): ConversationHistory {
  const archive = library?.keepsMessages ? library : undefined;
  let kept: StoredMessage[] = [];
  /** All that is known of the conversation, in all branches; only where the browser archives it. */
  let known = new Map<string, StoredMessage>();
  let loading: Promise<void> | undefined;
  /** The copy may lack the conversation's beginning; only the server knows. */
  let isCopy = false;

  function learn(messages: readonly StoredMessage[]): void {
    if (!archive) return;
    for (const message of messages) {
      const old = known.get(message.id);
      known.set(message.id, message.signature || !old?.signature ? message : { ...message, signature: old.signature });
    }
  }

  /** Learn what the library has of other branches, and that there are such. */
  async function learnMore(id: string): Promise<void> {
    const archived = await archive?.load(id);
    if (!archived || state.get().id !== id) return;
    learn(archived.messages);
    const { messages } = state.get();
    const versions = new Map(
      withVersions(pathTo(known, messages.at(-1)?.id), known).map((shown) => [shown.id, shown.versions]),
    );
    const shown = messages.map((message) => {
      const others = versions.get(message.id);
      return message.versions || !others ? message : { ...message, versions: others };
    });
    state.set({ ...state.get(), messages: shown });
  }

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
    const { id, messages, isTemporary, isPrefilled } = state.get();
    kept = joined(kept, messages);
    if (isTemporary) return;
    saved.save({ id, messages: kept, ...(pending && { pending }) });
    if (isPrefilled) return;
    learn(kept);
    library?.keep({ id, messages: archive ? [...known.values()] : kept }, kept.at(-1)?.id ?? null);
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
    learn(kept);
  }

  function loadEarlier(limit = page): Promise<void> {
    loading ??= loadPage(limit).finally(() => (loading = undefined));
    return loading;
  }

  function upTo(id: string | null | undefined): StoredMessage[] {
    return pathUpTo(joined(kept, state.get().messages), id);
  }

  function leave(): void {
    kept = [];
    known = new Map();
    isCopy = false;
    saved.forget();
  }

  return {
    load() {
      const found = saved.load();
      kept = found?.messages ?? [];
      isCopy = true;
      learn(kept);
      if (found) void learnMore(found.id);
      return found;
    },
    async open(id) {
      const archived = await library?.load(id);
      if (!archived) return undefined;
      leave();
      learn(archived.messages);
      const path = archive ? pathTo(known, archived.entry.head ?? latestLeaf(known, undefined)) : archived.messages;
      kept = path;
      isCopy = true;
      saved.save({ id, messages: path });
      return archive ? withVersions(path, known) : path;
    },
    keep,
    forget: leave,
    leave,
    show,
    upTo,
    copyUpTo(id) {
      const path = upTo(id);
      return archive ? withOthers(path, known) : copyOf(path);
    },
    branchOf(version) {
      return known.has(version) ? withVersions(pathTo(known, latestLeaf(known, version)), known) : [];
    },
    loadEarlier: () => loadEarlier(),
    async loadAll() {
      while (state.get().hasEarlier) await loadEarlier(largePage);
    },
  };
}

/** A path, followed by messages of other branches, parents first, as far as a server takes them. */
function withOthers(path: StoredMessage[], known: ReadonlyMap<string, StoredMessage>): StoredMessage[] {
  const copy = copyOf(path);
  const ids = new Set(copy.map(({ id }) => id));
  const root = copy[0]?.parent ?? null;
  let bytes = copy.reduce((sum, message) => sum + bytesOf(message), 0);
  const others = [...known.values()]
    .filter(({ id }) => !ids.has(id))
    .sort((one, other) => one.created_at - other.created_at);
  for (const message of others) {
    const isReachable = ids.has(message.parent ?? '') || (message.parent ?? null) === root;
    if (!isReachable || copy.length >= copyLimits.messages || bytes + bytesOf(message) > copyLimits.bytes) continue;
    bytes += bytesOf(message);
    copy.push(message);
    ids.add(message.id);
  }
  return copy;
}

/** Whether the server does not have the conversation. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'conversation.unknown';
}
