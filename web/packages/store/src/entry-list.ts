import type { ArchiveEntry } from './archive';
import { observable, type Observable } from './observable';

/** The listed conversations, the last changed one first, without those that were removed. */
export interface EntryList extends Observable<ArchiveEntry[]> {
  find(id: string): ArchiveEntry | undefined;
  /** List these instead; of entries with the same id, the last one. */
  replace(entries: readonly ArchiveEntry[]): void;
  /** Add entries to the list, in place of those with the same ids. */
  put(...entries: ArchiveEntry[]): void;
  /** Hide a conversation, however often it is added, until it is restored. */
  remove(id: string): void;
  restore(id: string): void;
  /** The ids of conversations that were removed. */
  removed: ReadonlySet<string>;
}

/** Return an empty list. */
export function createEntryList(): EntryList {
  const list = observable<ArchiveEntry[]>([]);
  const removed = new Set<string>();

  function replace(entries: readonly ArchiveEntry[]): void {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const shown = [...byId.values()].filter(({ id }) => !removed.has(id));
    list.set(shown.sort((one, other) => other.updatedAt - one.updatedAt));
  }

  return {
    get: list.get,
    subscribe: list.subscribe,
    find: (id) => list.get().find((entry) => entry.id === id),
    replace,
    put: (...entries) => replace([...list.get(), ...entries]),
    remove(id) {
      removed.add(id);
      replace(list.get());
    },
    restore: (id) => void removed.delete(id),
    removed,
  };
}
