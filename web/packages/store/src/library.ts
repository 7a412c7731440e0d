import { newId, type Client, type DocumentFormat } from '@salon/client';
import type { ConversationDocument, StoredMessage } from '@salon/protocol';
import { automaticTitle, type Archive, type ArchiveEntry, type SearchHit } from './archive';
import { latestLeaf, parentsFirst } from './branches';
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
  /** The ids of what is shared of a conversation. */
  sharesOf(id: string): readonly string[];
  /** Share what a conversation shows now, and return the share's id; rejects where that fails. */
  share(id: string): Promise<string>;
  /** Take all back that is shared of a conversation; rejects where that fails. */
  unshare(id: string): Promise<void>;
  /** A conversation as a document to be saved; rejects where that fails. */
  documentOf(id: string, format: DocumentFormat): Promise<SavedDocument>;
  /** Bring in what a file holds, which another chat system may have exported; rejects where that fails. */
  take(file: Blob): Promise<{ count: number; skipped: number }>;
  /** Look again: another tab has changed something. */
  refresh(): Promise<void>;
}

export interface LoadedConversation {
  entry: Pick<ArchiveEntry, 'head'>;
  messages: StoredMessage[];
}

/** A document at an address, under a name that the address itself may not give. */
export interface SavedDocument {
  address: string;
  name: string;
}

export interface LibraryOptions {
  client: Pick<Client, 'readDocuments' | 'writeDocument' | 'shareCopy' | 'revoke'>;
  archive: Archive | undefined;
  now_s: () => number;
  /** Other tabs may want to look. */
  onChanged: () => void;
  /** A conversation was deleted: other tabs must not go on with it. */
  onRemoved: (id: string) => void;
}

/** Return the library over an archive; without one, it holds what was said since the page was opened. */
export function createLibrary({ client, archive, now_s, onChanged, onRemoved }: LibraryOptions): Library {
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
      updatedAt: fresh.length > 0 ? lastOf(messages) : (old?.updatedAt ?? now),
      head,
      ...(old?.shares && { shares: old.shares }),
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
    await writing;
    try {
      await archive?.change(id, changes);
      onChanged();
    } catch (error) {
      failed(error);
    }
  }

  const sharesOf = (id: string) => list.get().find((entry) => entry.id === id)?.shares ?? [];

  /** What is kept of a conversation, as documents have it. */
  async function documentOf(id: string): Promise<ConversationDocument> {
    await writing;
    const kept = await archive?.load(id);
    if (!kept) throw new Error(`The conversation ${id} is not kept.`);
    const { title, isNamed, head, createdAt, updatedAt } = kept.entry;
    const messages = parentsFirst(kept.messages);
    return {
      format: 'salon-conversation',
      version: 1,
      title: isNamed ? title : '',
      messages,
      head: head ?? latestLeaf(new Map(messages.map((message) => [message.id, message])), undefined) ?? null,
      created_at: createdAt,
      updated_at: updatedAt,
    };
  }

  /** Keep a conversation that a document has, as one of its own, and return how it is listed. */
  async function adopt({ title = '', head = null, ...document }: ConversationDocument): Promise<ArchiveEntry> {
    const { messages } = document;
    const updatedAt = document.updated_at || lastOf(messages) || now_s();
    const entry: ArchiveEntry = {
      id: newId('conv'),
      title: title || automaticTitle(messages),
      isNamed: title !== '',
      isPinned: false,
      createdAt: document.created_at || messages[0]?.created_at || updatedAt,
      updatedAt,
      head,
    };
    await archive?.save(entry, messages);
    return entry;
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
    rename: (id, title) =>
      change(id, title.trim() === '' ? { isNamed: false } : { title: title.trim(), isNamed: true }),
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
    sharesOf,
    async share(id) {
      const share = await client.shareCopy({ conversation: id, document: await documentOf(id) });
      await change(id, { shares: [share.id, ...sharesOf(id)] });
      return share.id;
    },
    async unshare(id) {
      for (const share of sharesOf(id)) {
        await client.revoke(share);
        await change(id, { shares: sharesOf(id).filter((one) => one !== share) });
      }
    },
    async documentOf(id, format) {
      const { messages, ...document } = await documentOf(id);
      const unsigned = messages.map(({ signature: _, ...message }) => message);
      const { content, name } = await client.writeDocument({ ...document, messages: unsigned }, format);
      return { address: URL.createObjectURL(content), name };
    },
    async take(file) {
      if (!archive) throw new Error('Nothing can be kept.');
      const { documents, skipped = 0 } = await client.readDocuments(file);
      const taken: ArchiveEntry[] = [];
      try {
        for (const document of documents) taken.push(await adopt(document));
      } catch (error) {
        failed(error);
        throw error;
      } finally {
        show([...list.get(), ...taken]);
        archive.forgetTexts();
        onChanged();
      }
      return { count: documents.length, skipped };
    },
    refresh,
  };
}

function lastOf(messages: readonly StoredMessage[]): number {
  return messages.reduce((last, { created_at }) => Math.max(last, created_at), 0);
}
