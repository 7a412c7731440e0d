import type { Client } from '@salon/client';
import type { StoredMessage } from '@salon/protocol';
import { automaticTitle, type Archive, type ArchiveEntry } from './archive';
import { createEntryList, type EntryList } from './entry-list';
import type { LibraryProblem } from './library';
import { observable, type Observable } from './observable';
import type { Saved } from './saved-copy';

export interface BrowserLibraryOptions {
  client: Pick<Client, 'readDocuments' | 'writeDocument' | 'shareCopy' | 'revoke'>;
  archive: Archive | undefined;
  now_s: () => number;
  /** The list changed: other tabs have to refresh theirs. */
  onChanged: () => void;
  /** A conversation was deleted: other tabs must not go on with it. */
  onRemoved: (id: string) => void;
}

/** The list of the browser's conversations, and the writing of it into the archive. */
export interface BrowserStorage {
  list: EntryList;
  problem: Observable<LibraryProblem | undefined>;
  /** Use the archive; a failure is shown as the library's problem, and gives `undefined`. */
  attempt<T>(action: () => Promise<T>): Promise<T | undefined>;
  /** Show a failure of the archive as the library's problem. */
  fail(error: unknown): void;
  /** Store the messages of a conversation that are not stored yet. */
  keep(saved: Saved, head: string | null): void;
  /** Resolves when all is written that `keep` was given. */
  written(): Promise<void>;
  /** Have all messages of a conversation written again where it is kept again. */
  forget(id: string): void;
}

/** Return the storage over an archive. */
export function createBrowserStorage({ archive, now_s, onChanged }: BrowserLibraryOptions): BrowserStorage {
  const list = createEntryList();
  const problem = observable<LibraryProblem | undefined>(archive ? undefined : 'missing');
  /** The messages that are written, by conversation. */
  const known = new Map<string, Set<string>>();
  /** One write after the other. */
  let writing: Promise<void> = Promise.resolve();

  function fail(error: unknown): void {
    problem.set(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'missing');
  }

  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  async function write(entry: ArchiveEntry, messages: StoredMessage[], keys: Set<string>): Promise<void> {
    try {
      await archive?.save(entry, messages);
      if (problem.get() === 'full') problem.set(undefined);
      onChanged();
    } catch (error) {
      for (const message of messages) keys.delete(keyOf(message));
      fail(error);
    }
  }

  return {
    list,
    problem,
    attempt,
    fail,
    keep({ id, messages }, head) {
      if (messages.length === 0 || list.removed.has(id)) return;
      const keys = known.get(id) ?? new Set<string>();
      known.set(id, keys);
      const fresh = messages.filter((message) => !keys.has(keyOf(message)));
      const old = list.find(id);
      if (fresh.length === 0 && old?.head === head) return;
      const entry = entryOf(id, messages, head, old, fresh.length > 0, now_s());
      list.put(entry);
      for (const message of fresh) keys.add(keyOf(message));
      if (archive) writing = writing.then(() => write(entry, fresh, keys));
    },
    written: () => writing,
    forget: (id) => void known.delete(id),
  };
}

/** A message is written again when the server has signed it. */
const keyOf = ({ id, signature }: StoredMessage) => `${id} ${signature ?? ''}`;

/** When the last of the messages was made, in seconds since 1970; 0 where there are none. */
export function lastChange(messages: readonly StoredMessage[]): number {
  return messages.reduce((last, { created_at }) => Math.max(last, created_at), 0);
}

/** The entry of a conversation in the list; its reader's own title and pin stay. */
function entryOf(
  id: string,
  messages: StoredMessage[],
  head: string | null,
  old: ArchiveEntry | undefined,
  isGrown: boolean,
  now_s: number,
): ArchiveEntry {
  return {
    id,
    title: old?.isNamed ? old.title : automaticTitle(messages),
    isNamed: old?.isNamed ?? false,
    isPinned: old?.isPinned ?? false,
    createdAt: old?.createdAt ?? messages[0]?.created_at ?? now_s,
    updatedAt: isGrown ? lastChange(messages) : (old?.updatedAt ?? now_s),
    head,
    ...(old?.shares && { shares: old.shares }),
  };
}
