import type { Client } from '@salon/client';
import type { ConversationList, EntryView, ShareView } from '@salon/protocol';
import { automaticTitle, type ArchiveEntry } from './archive';
import type { Library, LibraryTrouble, ServerActions } from './library';
import { observable } from './observable';

export interface ServerLibraryOptions {
  client: Client;
  /** The name of the chat whose conversations are listed. */
  chat: string;
  now_s: () => number;
  /** Other tabs may want to look. */
  onChanged: () => void;
  /** A conversation is going to be deleted: other tabs must not go on with it. */
  onRemoved: (id: string) => void;
}

/** Return the library over the conversations that the server keeps; the server writes them by itself. */
export function createServerLibrary({ client, chat, now_s, onChanged, onRemoved }: ServerLibraryOptions): Library {
  const list = observable<ArchiveEntry[]>([]);
  const trouble = observable<LibraryTrouble>(undefined);
  const hasMore = observable(false);
  const canAdopt = observable(false);
  /** Deleted by the reader, who may still bring them back: the server hears of it when that time is over. */
  const removed = new Set<string>();
  /** Begun here; the server does not list them yet. */
  const begun = new Set<string>();
  const heads = new Map<string, string | null>();
  /** Conversation and share, the newest first. */
  let shares: readonly ShareView[] = [];
  let next: string | undefined;
  let refreshing: Promise<void> | undefined;
  let isStale = false;

  function show(entries: Iterable<ArchiveEntry>): void {
    const byId = new Map([...entries].map((entry) => [entry.id, entry]));
    const shown = [...byId.values()].filter(({ id }) => !removed.has(id));
    list.set(shown.sort((one, other) => other.updatedAt - one.updatedAt));
  }

  /** Do what may fail, and say in the panel whether it did. */
  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      const done = await action();
      trouble.set(undefined);
      return done;
    } catch {
      trouble.set('lost');
      return undefined;
    }
  }

  function takePage({ conversations, next: following, adoptable }: ConversationList, others: ArchiveEntry[]): void {
    for (const { id } of conversations) begun.delete(id);
    next = following ?? undefined;
    hasMore.set(next !== undefined);
    canAdopt.set(adoptable ?? false);
    show([...others, ...conversations.map(entryOf)]);
  }

  async function load(): Promise<void> {
    do {
      isStale = false;
      const found = await attempt(() => client.conversations({ chat }));
      if (found)
        takePage(
          found,
          list.get().filter(({ id }) => begun.has(id)),
        );
      if (found) shares = (await attempt(() => client.shares()))?.shares ?? shares;
    } while (isStale);
  }

  /** Look again; while that runs, whoever asks has it done once more. */
  function refresh(): Promise<void> {
    isStale = refreshing !== undefined;
    refreshing ??= load().finally(() => (refreshing = undefined));
    return refreshing;
  }

  async function change(id: string, changes: { title?: string; is_pinned?: boolean }): Promise<void> {
    const changed = await attempt(() => client.change(id, changes));
    if (!changed) return;
    show([...list.get(), entryOf(changed)]);
    onChanged();
  }

  const sharesOf = (id: string) => shares.flatMap((share) => (share.conversation === id ? share.id : []));

  const onServer: ServerActions = {
    hasMore,
    canAdopt,
    async loadMore() {
      const found = await attempt(() => client.conversations({ chat, ...(next !== undefined && { before: next }) }));
      if (found) takePage(found, list.get());
    },
    async adopt() {
      await attempt(() => client.adopt());
      await refresh();
      onChanged();
    },
    async forget(id) {
      await client.remove(id).catch(() => undefined);
      onChanged();
    },
    flush() {
      for (const id of removed) void client.remove(id).catch(() => undefined);
    },
  };

  return {
    get: list.get,
    subscribe: list.subscribe,
    trouble,
    keepsMessages: false,
    onServer,
    load: (id) =>
      attempt(async () => {
        const { messages } = await client.conversation(id);
        return { messages, entry: { head: messages.at(-1)?.id ?? null } };
      }),
    keep({ id, messages }, head) {
      if (messages.length === 0 || removed.has(id) || (heads.has(id) && heads.get(id) === head)) return;
      const isShown = heads.get(id) === undefined && list.get().some((entry) => entry.id === id);
      if (begun.has(id) && heads.has(id)) void refresh(); // by now it has its reply, and may have a better name
      heads.set(id, head);
      if (isShown) return; // it was only opened
      const now = now_s();
      const old = list.get().find((entry) => entry.id === id);
      if (!old) begun.add(id);
      const created = { id, title: automaticTitle(messages), isNamed: false, isPinned: false, createdAt: now, head };
      show([...list.get(), { ...(old ?? created), updatedAt: now }]);
      onChanged();
    },
    rename: (id, title) => change(id, { title: title.trim() }),
    pin: (id, isPinned) => change(id, { is_pinned: isPinned }),
    remove(id) {
      const entry = list.get().find((one) => one.id === id);
      removed.add(id);
      show(list.get());
      onRemoved(id);
      return Promise.resolve(async () => {
        removed.delete(id);
        if (entry) show([...list.get(), entry]);
        await refresh();
        onChanged();
      });
    },
    async search(words) {
      const found = await attempt(() => client.conversations({ chat, search: words }));
      const hits = found?.conversations.filter(({ id }) => !removed.has(id)) ?? [];
      return hits.map((hit) => ({ id: hit.id, excerpt: hit.excerpt ?? '', entry: entryOf(hit) }));
    },
    sharesOf,
    async share(id) {
      const share = await client.share(id);
      shares = [share, ...shares];
      return share.id;
    },
    async unshare(id) {
      for (const share of sharesOf(id)) {
        await client.revoke(share);
        shares = shares.filter((one) => one.id !== share);
      }
    },
    documentOf: (id, format) => Promise.resolve({ address: client.exportAddress(id, format), name: '' }),
    async take(file) {
      const { conversations, skipped = 0 } = await client.importConversations(file, chat);
      show([...list.get(), ...conversations.map(entryOf)]);
      onChanged();
      return { count: conversations.length, skipped };
    },
    refresh,
  };
}

function entryOf({ id, title, created_at, updated_at, is_named, is_pinned }: EntryView): ArchiveEntry {
  const flags = { isNamed: is_named ?? false, isPinned: is_pinned ?? false };
  return { id, title, ...flags, createdAt: created_at, updatedAt: updated_at, head: null };
}
