import type { ImportView, StoredMessage } from '@salon/protocol';
import { automaticTitle, type Archive, type ArchiveEntry, type SearchHit } from './archive';
import { observable, type Observable } from './observable';
import type { Saved } from './saved-copy';

/** Why conversations are not kept, if they are not. */
export type LibraryTrouble = 'missing' | 'full' | 'lost' | undefined;

/** What only a server does with the conversations that it keeps. */
export interface ServerActions {
  /** There are older ones, which are not listed yet. */
  hasMore: Observable<boolean>;
  loadMore(): Promise<void>;
  /** This browser has conversations from before its reader signed in. */
  canAdopt: Observable<boolean>;
  adopt(): Promise<void>;
  /** The ids of what is shared of a conversation. */
  sharesOf(id: string): readonly string[];
  /** Share what a conversation shows now; throws `ProblemError`. */
  share(id: string): Promise<string>;
  /** Take all back that is shared of a conversation. */
  unshare(id: string): Promise<void>;
  /** Bring in what a file holds, which another chat system may have exported; throws `ProblemError`. */
  take(file: Blob): Promise<ImportView>;
  /** What the reader deleted is not coming back. */
  forget(id: string): Promise<void>;
  /** The page goes away, so nothing comes back that its reader deleted. */
  flush(): void;
}

/** The list of a visitor's conversations. */
export interface Library extends Observable<ArchiveEntry[]> {
  trouble: Observable<LibraryTrouble>;
  /** It keeps all messages of all branches itself, and is told them. */
  keepsMessages: boolean;
  onServer?: ServerActions;
  load(id: string): Promise<LoadedConversation | undefined>;
  /** Keep what is known of a conversation; called often, it writes soon and only what is new. */
  keep(saved: Saved, head: string | null): void;
  rename(id: string, title: string): Promise<void>;
  pin(id: string, isPinned: boolean): Promise<void>;
  /** Forget a conversation; returns what undoes it. */
  remove(id: string): Promise<() => Promise<void>>;
  search(words: string): Promise<SearchHit[]>;
  /** Look again: another tab has changed something. */
  refresh(): Promise<void>;
}

export interface LoadedConversation {
  entry: Pick<ArchiveEntry, 'head'>;
  messages: StoredMessage[];
}

export interface LibraryOptions {
  archive: Archive | undefined;
  now_s: () => number;
  /** Other tabs may want to look. */
  onChanged: () => void;
  /** A conversation was deleted: other tabs must not go on with it. */
  onRemoved: (id: string) => void;
}

/** Return the library over an archive; without one, it holds what was said since the page was opened. */
export function createLibrary({ archive, now_s, onChanged, onRemoved }: LibraryOptions): Library {
  const list = observable<ArchiveEntry[]>([]);
  const trouble = observable<LibraryTrouble>(archive ? undefined : 'missing');
  const removed = new Set<string>();
  const written = new Map<string, Set<string>>();
  /** One write after the other. */
  let writing: Promise<void> = Promise.resolve();

  const show = (entries: ArchiveEntry[]) =>
    list.set(entries.filter(({ id }) => !removed.has(id)).sort((one, other) => other.updatedAt - one.updatedAt));

  function failed(error: unknown): void {
    trouble.set(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'missing');
  }

  function put(entry: ArchiveEntry): void {
    show([...list.get().filter(({ id }) => id !== entry.id), entry]);
  }

  async function refresh(): Promise<void> {
    archive?.forgetTexts();
    try {
      show((await archive?.entries()) ?? list.get());
    } catch (error) {
      failed(error);
    }
  }

  function keep({ id, messages }: Saved, head: string | null): void {
    if (messages.length === 0 || removed.has(id)) return;
    const known = written.get(id) ?? new Set<string>();
    written.set(id, known);
    const key = (message: StoredMessage) => `${message.id} ${message.signature ?? ''}`;
    const fresh = messages.filter((message) => !known.has(key(message)));
    const old = list.get().find((entry) => entry.id === id);
    if (fresh.length === 0 && old?.head === head) return;
    const now = now_s();
    const entry: ArchiveEntry = {
      id,
      title: old?.isNamed ? old.title : automaticTitle(messages),
      isNamed: old?.isNamed ?? false,
      isPinned: old?.isPinned ?? false,
      createdAt: old?.createdAt ?? messages[0]?.created_at ?? now,
      updatedAt: fresh.length > 0 ? Math.max(...messages.map(({ created_at }) => created_at)) : (old?.updatedAt ?? now),
      head,
    };
    put(entry);
    for (const message of fresh) known.add(key(message));
    if (!archive) return;
    writing = writing.then(async () => {
      try {
        await archive.save(entry, fresh);
        if (trouble.get() === 'full') trouble.set(undefined);
        onChanged();
      } catch (error) {
        for (const message of fresh) known.delete(key(message));
        failed(error);
      }
    });
  }

  async function change(id: string, changes: Partial<ArchiveEntry>): Promise<void> {
    const old = list.get().find((entry) => entry.id === id);
    if (old) put({ ...old, ...changes });
    try {
      await archive?.change(id, changes);
      onChanged();
    } catch (error) {
      failed(error);
    }
  }

  return {
    get: list.get,
    subscribe: list.subscribe,
    trouble,
    keepsMessages: true,
    async load(id) {
      await writing;
      try {
        return await archive?.load(id);
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
    keep,
    rename: (id, title) => change(id, title.trim() === '' ? { isNamed: false } : { title: title.trim(), isNamed: true }),
    pin: (id, isPinned) => change(id, { isPinned }),
    async remove(id) {
      await writing;
      const backup = await archive?.load(id).catch(() => undefined);
      removed.add(id);
      written.delete(id);
      show(list.get());
      try {
        await archive?.remove(id);
        onRemoved(id);
      } catch (error) {
        failed(error);
      }
      return async () => {
        removed.delete(id);
        if (!backup) return;
        put(backup.entry);
        try {
          await archive?.save(backup.entry, backup.messages);
          if (backup.entry.isNamed || backup.entry.isPinned) {
            const { title, isNamed, isPinned } = backup.entry;
            await archive?.change(id, { title, isNamed, isPinned });
          }
          onChanged();
        } catch (error) {
          failed(error);
        }
      };
    },
    async search(words) {
      try {
        return (await archive?.search(words)) ?? [];
      } catch (error) {
        failed(error);
        return [];
      }
    },
    refresh,
  };
}
