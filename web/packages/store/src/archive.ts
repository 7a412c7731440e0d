import type { StoredMessage } from '@salon/protocol';

/** A conversation as it stands in the list. */
export interface ArchiveEntry {
  id: string;
  /** Its own name, or what it begins with; empty while nothing has been said. */
  title: string;
  /** Its reader gave it the name. */
  isNamed: boolean;
  isPinned: boolean;
  /** Seconds since 1970. */
  createdAt: number;
  updatedAt: number;
  /** The end of what was shown last. */
  head: string | null;
  /** The ids of what is shared of it, the newest first. */
  shares?: readonly string[];
}

export interface ArchivedConversation {
  entry: ArchiveEntry;
  /** All messages of all branches, in no order. */
  messages: StoredMessage[];
}

export interface SearchHit {
  id: string;
  /** Where the words stand, with some of what is around them. */
  excerpt: string;
  /** What the list says of it, where the list may not have it. */
  entry?: ArchiveEntry;
}

/** The conversations that a browser keeps. Every method may reject where the storage is full or broken. */
export interface Archive {
  entries(): Promise<ArchiveEntry[]>;
  load(id: string): Promise<ArchivedConversation | undefined>;
  /** Keep messages of a conversation and where it stands; messages that are kept already are left alone. */
  save(entry: ArchiveEntry, messages: StoredMessage[]): Promise<void>;
  change(id: string, changes: Partial<Pick<ArchiveEntry, 'title' | 'isNamed' | 'isPinned' | 'shares'>>): Promise<void>;
  remove(id: string): Promise<void>;
  search(words: string): Promise<SearchHit[]>;
  /** Have the texts read anew by the next search: another tab may have written some. */
  forgetTexts(): void;
}

interface KeptMessage extends StoredMessage {
  conversation: string;
}

const version = 1;
const excerptLength = 90;

/** Open the archive that a browser keeps under `name`. */
export function openArchive(factory: IDBFactory, name: string): Archive {
  let opened: Promise<IDBDatabase> | undefined;
  /** The texts of all conversations, read when they are first searched, and kept up to date from then on. */
  let texts: Map<string, Map<string, string>> | undefined;

  function database(): Promise<IDBDatabase> {
    opened ??= open(factory, name).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function within<T>(
    mode: IDBTransactionMode,
    use: (entries: IDBObjectStore, messages: IDBObjectStore) => Promise<T> | T,
  ): Promise<T> {
    const transaction = (await database()).transaction(['entries', 'messages'], mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('The storage failed.'));
    });
    done.catch(() => undefined);
    const result = await use(transaction.objectStore('entries'), transaction.objectStore('messages'));
    await done;
    return result;
  }

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
      for (const [id, said] of await allTexts()) {
        const excerpts = wanted.map((word) => excerptOf(said.values(), word));
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
      // Whoever wants to upgrade or delete it must not wait for this tab.
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
  const said = texts.get(conversation) ?? new Map<string, string>();
  texts.set(conversation, said.set(id, text));
}

function textOfMessage({ parts = [] }: StoredMessage['message']): string {
  return parts.flatMap((part) => ('text' in part && part.text ? [part.text] : [])).join('\n');
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

/** What stands around a word where it is first said; `undefined` where it is not. */
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

/** What a conversation is called that nobody has named: what it begins with. */
export function automaticTitle(messages: readonly StoredMessage[]): string {
  const first = messages.find(({ message }) => message.role === 'user')?.message;
  if (!first) return '';
  const files = (first.parts ?? []).filter(({ type }) => type === 'file').length;
  const text = textOfMessage(first).replace(/\s+/g, ' ').trim();
  const characters = [...text];
  const cut = characters.length > 40 ? `${characters.slice(0, 40).join('').trimEnd()}…` : text;
  return [...Array<string>(Math.min(files, 3)).fill('📎'), cut].filter(Boolean).join(' ');
}
