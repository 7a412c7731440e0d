import type { Client } from '@salon/client';
import type { ChangeRequest } from '@salon/protocol';
import { automaticTitle } from './archive';
import type { Library } from './library';
import { createServerList, entryOf } from './server-list';

export interface ServerLibraryOptions {
  client: Client;
  /** The name of the chat whose conversations are listed. */
  chat: string;
  now_s: () => number;
  /** The list changed: other tabs have to refresh theirs. */
  onChanged: () => void;
  /** A conversation is going to be deleted: other tabs must not go on with it. */
  onRemoved: (id: string) => void;
}

/** Return the library of the conversations that the server stores, which it does by itself. */
export function createServerLibrary({ client, chat, now_s, onChanged, onRemoved }: ServerLibraryOptions): Library {
  const server = createServerList(client, chat, onChanged);
  const { list, shares, begun, attempt, refresh } = server;
  /** The ends of conversations when they were kept last. */
  const heads = new Map<string, string | null>();

  async function change(id: string, changes: ChangeRequest): Promise<void> {
    const changed = await attempt(() => client.change(id, changes));
    if (!changed) return;
    list.put(entryOf(changed));
    onChanged();
  }

  return {
    get: list.get,
    subscribe: list.subscribe,
    problem: server.problem,
    keepsMessages: false,
    onServer: server.onServer,
    sharesOf: shares.sharesOf,
    share: shares.share,
    unshare: shares.unshare,
    load: (id) =>
      attempt(async () => {
        const { messages } = await client.conversation(id);
        return { messages, entry: { head: messages.at(-1)?.id ?? null } };
      }),
    keep({ id, messages }, head) {
      if (messages.length === 0 || list.removed.has(id) || (heads.has(id) && heads.get(id) === head)) return;
      const old = list.find(id);
      const isOnlyOpened = heads.get(id) === undefined && old;
      // By now the server has the reply, and may have found a better title.
      if (begun.has(id) && heads.has(id)) void refresh();
      heads.set(id, head);
      if (isOnlyOpened) return;
      const now = now_s();
      if (!old) begun.add(id);
      const created = { id, title: automaticTitle(messages), isNamed: false, isPinned: false, createdAt: now, head };
      list.put({ ...(old ?? created), updatedAt: now });
      onChanged();
    },
    rename: (id, title) => change(id, { title: title.trim() }),
    pin: (id, isPinned) => change(id, { is_pinned: isPinned }),
    remove(id) {
      const entry = list.find(id);
      list.remove(id);
      onRemoved(id);
      return Promise.resolve(async () => {
        list.restore(id);
        if (entry) list.put(entry);
        await refresh();
        onChanged();
      });
    },
    async search(words) {
      const found = await attempt(() => client.conversations({ chat, search: words }));
      const hits = found?.conversations.filter(({ id }) => !list.removed.has(id)) ?? [];
      return hits.map((hit) => ({ id: hit.id, excerpt: hit.excerpt ?? '', entry: entryOf(hit) }));
    },
    documentOf: (id, format) => Promise.resolve({ address: client.exportAddress(id, format), name: '' }),
    async importFile(file) {
      const { conversations, skipped = 0 } = await client.importConversations(file, chat);
      list.put(...conversations.map(entryOf));
      onChanged();
      return { count: conversations.length, skipped };
    },
    refresh,
  };
}
