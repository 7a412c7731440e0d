import type { Client } from '@salon/client';
import type { ConversationList, EntryView } from '@salon/protocol';
import type { ArchiveEntry } from './archive';
import { createEntryList, type EntryList } from './entry-list';
import type { LibraryProblem, ServerActions } from './library';
import { observable, type Observable } from './observable';
import { createServerShares, type ServerShares } from './server-shares';

/** The part of the server's list that is loaded. */
export interface ServerList {
  list: EntryList;
  shares: ServerShares;
  /** The ids of conversations that were begun here and that the server does not list yet. */
  begun: Set<string>;
  problem: Observable<LibraryProblem | undefined>;
  onServer: ServerActions;
  /** Do something that may fail, which is shown as the library's problem, and gives `undefined`. */
  attempt<T>(action: () => Promise<T>): Promise<T | undefined>;
  /** Read the list again; where that is being done, once more when it is done. */
  refresh(): Promise<void>;
}

/** Return the list of a chat's conversations on the server, which is empty before the first `refresh`. */
export function createServerList(client: Client, chat: string, onChanged: () => void): ServerList {
  const list = createEntryList();
  const shares = createServerShares(client);
  const begun = new Set<string>();
  const problem = observable<LibraryProblem | undefined>(undefined);
  const hasMore = observable(false);
  const canAdopt = observable(false);
  let next: string | undefined;
  let refreshing: Promise<void> | undefined;
  let isStale = false;

  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await action();
      problem.set(undefined);
      return result;
    } catch {
      problem.set('lost');
      return undefined;
    }
  }

  function addPage({ conversations, next: following, adoptable }: ConversationList, others: ArchiveEntry[]): void {
    for (const { id } of conversations) begun.delete(id);
    next = following ?? undefined;
    hasMore.set(next !== undefined);
    canAdopt.set(adoptable ?? false);
    list.replace([...others, ...conversations.map(entryOf)]);
  }

  async function load(): Promise<void> {
    do {
      isStale = false;
      const page = await attempt(() => client.conversations({ chat }));
      if (!page) continue;
      addPage(
        page,
        list.get().filter(({ id }) => begun.has(id)),
      );
      await attempt(shares.load);
    } while (isStale);
  }

  function refresh(): Promise<void> {
    isStale = refreshing !== undefined;
    refreshing ??= load().finally(() => (refreshing = undefined));
    return refreshing;
  }

  return {
    list,
    shares,
    begun,
    problem,
    attempt,
    refresh,
    onServer: {
      hasMore,
      canAdopt,
      async loadMore() {
        const page = await attempt(() => client.conversations({ chat, ...(next !== undefined && { before: next }) }));
        if (page) addPage(page, list.get());
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
        for (const id of list.removed) void client.remove(id).catch(() => undefined);
      },
    },
  };
}

/** The entry of a conversation that the server lists. */
export function entryOf({ id, title, created_at, updated_at, is_named, is_pinned }: EntryView): ArchiveEntry {
  const flags = { isNamed: is_named ?? false, isPinned: is_pinned ?? false };
  return { id, title, ...flags, createdAt: created_at, updatedAt: updated_at, head: null };
}
