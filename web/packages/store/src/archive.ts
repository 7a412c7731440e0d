import type { StoredMessage } from '@salon/protocol';

/** An entry of the list of conversations. */
export interface ArchiveEntry {
  id: string;
  /** The reader's name for it, or the beginning of its first message; empty while there is none. */
  title: string;
  /** The title is the reader's own. */
  isNamed: boolean;
  isPinned: boolean;
  /** Seconds since 1970. */
  createdAt: number;
  /** Seconds since 1970. */
  updatedAt: number;
  /** The id of the last message of the path that was shown last. */
  head: string | null;
  /** The ids of its shares, the newest first. */
  shares?: readonly string[];
}

export interface ArchivedConversation {
  entry: ArchiveEntry;
  /** All messages of all branches, in no order. */
  messages: StoredMessage[];
}

export interface SearchHit {
  id: string;
  /** A part of a message in which a searched word occurs. */
  excerpt: string;
  /** Its entry, where the list may not have it. */
  entry?: ArchiveEntry;
}

/** The conversations that a browser keeps. Every method may reject where the storage is full or broken. */
export interface Archive {
  entries(): Promise<ArchiveEntry[]>;
  load(id: string): Promise<ArchivedConversation | undefined>;
  /** Store an entry and messages of its conversation; the reader's title, pin and shares stay as they are stored. */
  save(entry: ArchiveEntry, messages: StoredMessage[]): Promise<void>;
  change(id: string, changes: Partial<Pick<ArchiveEntry, 'title' | 'isNamed' | 'isPinned' | 'shares'>>): Promise<void>;
  remove(id: string): Promise<void>;
  search(words: string): Promise<SearchHit[]>;
  /** Have the next search read all texts again, as another tab may have written some. */
  forgetTexts(): void;
}

interface KeptMessage extends StoredMessage {
  conversation: string;
}

const version = 1;
const excerptLength = 90;

type Within = <T>(
  mode: IDBTransactionMode,
  use: (entries: IDBObjectStore, messages: IDBObjectStore) => Promise<T> | T,
) => Promise<T>;

/** Return a function that uses the database's two stores in one transaction; a failed opening is tried again. */
function transactions(factory: IDBFactory, name: string): Within {
  let opened: Promise<IDBDatabase> | undefined;

  function database(): Promise<IDBDatabase> {
    opened ??= open(factory, name).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  return async (mode, use) => {
    const transaction = (await database()).transaction(['entries', 'messages'], mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('The storage failed.'));
    });
    done.catch(() => undefined);
    const result = await use(transaction.objectStore('entries'), transaction.objectStore('messages'));
    await done;
    return result;
  };
}

/** Open the archive that a browser keeps under `name`. */
export function openArchive(factory: IDBFactory, name: string): Archive {
  const within = transactions(factory, name);
  /** The texts of all conversations, read when they are first searched, and kept up to date from then on. */
  let texts: Map<string, Map<string, string>> | undefined;

  async function allTexts(): Promise<Map<string, Map<string, string>>> {
    if (texts) return texts;
    const found = new Map<string, Map<string, string>>();
    const all = await within('readonly', (_, messages) => answer<KeptMessage[]>(messages.getAll()));
    for (const message of all) add(found, message.conversation, message);
    texts = found;
    return found;
  }

  return {
    entries: () => within('readonly', (entries) => answer<ArchiveEntry[]>(entries.getAll())),
    load: (id) =>
      within('readonly', async (entries, messages) => {
        const entry = await answer<ArchiveEntry | undefined>(entries.get(id));
        if (!entry) return undefined;
        const kept = await answer<KeptMessage[]>(messages.index('conversation').getAll(id));
        return { entry, messages: kept.map(({ conversation: _, ...message }) => message) };
      }),
    async save(entry, messages) {
      await within('readwrite', async (entries, kept) => {
        const old = await answer<ArchiveEntry | undefined>(entries.get(entry.id));
        const named = old?.isNamed ? { title: old.title, isNamed: true } : {};
        const others = old && {
          isPinned: old.isPinned,
          createdAt: old.createdAt,
          ...(old.shares && { shares: old.shares }),
        };
        entries.put({ ...entry, ...named, ...others });
        for (const message of messages) kept.put({ ...message, conversation: entry.id });
      });
      if (texts) for (const message of messages) add(texts, entry.id, message);
    },
    change: (id, changes) =>
      within('readwrite', async (entries) => {
        const old = await answer<ArchiveEntry | undefined>(entries.get(id));
        if (old) entries.put({ ...old, ...changes });
      }),
    async remove(id) {
      await within('readwrite', async (entries, messages) => {
        entries.delete(id);
        for (const key of await answer<IDBValidKey[]>(messages.index('conversation').getAllKeys(id)))
          messages.delete(key);
      });
      texts?.delete(id);
    },
    async search(words) {
      const wanted = [...new Set(fold(words).split(/\s+/).filter(Boolean))];
      if (wanted.length === 0) return [];
      const hits: SearchHit[] = [];
      for (const [id, byMessage] of await allTexts()) {
        const excerpts = wanted.map((word) => excerptOf(byMessage.values(), word));
        const [excerpt] = excerpts;
        if (excerpt !== undefined && !excerpts.includes(undefined)) hits.push({ id, excerpt });
      }
      return hits;
    },
    forgetTexts() {
      texts = undefined;
    },
  };
}

function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, version);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('entries', { keyPath: 'id' });
      request.result
        .createObjectStore('messages', { keyPath: ['conversation', 'id'] })
        .createIndex('conversation', 'conversation');
    };
    request.onblocked = () => reject(new Error('Another tab has an older page open.'));
    request.onerror = () => reject(request.error ?? new Error('The storage cannot be opened.'));
    request.onsuccess = () => {
      // Another tab that upgrades or deletes the database must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}

function answer<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error('The storage failed.'));
  });
}

function add(texts: Map<string, Map<string, string>>, conversation: string, { id, message }: StoredMessage): void {
  const text = textOfMessage(message);
  if (text === '') return;
  const byMessage = texts.get(conversation) ?? new Map<string, string>();
  texts.set(conversation, byMessage.set(id, text));
}

function textOfMessage({ parts = [] }: StoredMessage['message']): string {
  return parts.flatMap((part) => ('text' in part && part.text ? [part.text] : [])).join('\n');
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** The text around the first occurrence of a word; `undefined` where there is none. */
function excerptOf(texts: Iterable<string>, word: string): string | undefined {
  for (const text of texts) {
    const at = fold(text).indexOf(word);
    if (at >= 0) return excerptAt(text, at);
  }
  return undefined;
}

function excerptAt(text: string, at: number): string {
  const start = Math.max(0, at - excerptLength / 3);
  const end = Math.min(text.length, start + excerptLength);
  const part = text.slice(start, end).replace(/\s+/g, ' ').trim();
  return `${start > 0 ? '…' : ''}${part}${end < text.length ? '…' : ''}`;
}

/** The title of a conversation that has no name: the beginning of its first message. */
export function automaticTitle(messages: readonly StoredMessage[]): string {
  const first = messages.find(({ message }) => message.role === 'user')?.message;
  if (!first) return '';
  const files = (first.parts ?? []).filter(({ type }) => type === 'file').length;
  const text = textOfMessage(first).replace(/\s+/g, ' ').trim();
  const characters = [...text];
  const cut = characters.length > 40 ? `${characters.slice(0, 40).join('').trimEnd()}…` : text;
  return [...Array<string>(Math.min(files, 3)).fill('📎'), cut].filter(Boolean).join(' ');
}
