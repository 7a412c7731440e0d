import { newId } from '@salon/client';
import type { ConversationDocument, StoredMessage } from '@salon/protocol';
import { automaticTitle, type ArchiveEntry } from './archive';
import { latestLeaf } from './branches';
import { lastChange, type BrowserLibraryOptions, type BrowserStorage } from './browser-storage';
import type { Library } from './library';

/** The actions for which conversations leave the browser, or come into it, as documents. */
export type DocumentAction = 'share' | 'unshare' | 'documentOf' | 'importFile';

/** Return the document actions of the browser's library; all of them need the server. */
export function createDocuments(
  { client, archive, now_s, onChanged }: BrowserLibraryOptions,
  { list, fail, written }: BrowserStorage,
  change: (id: string, changes: Partial<ArchiveEntry>) => Promise<void>,
): Pick<Library, DocumentAction> {
  const sharesOf = (id: string) => list.find(id)?.shares ?? [];

  async function exported(id: string): Promise<ConversationDocument> {
    await written();
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

  /** Store a document as a new conversation, and return its entry. */
  async function imported({ title = '', head = null, ...document }: ConversationDocument): Promise<ArchiveEntry> {
    const { messages } = document;
    const updatedAt = document.updated_at || lastChange(messages) || now_s();
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
    async share(id) {
      const share = await client.shareCopy({ conversation: id, document: await exported(id) });
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
      const { messages, ...document } = await exported(id);
      const unsigned = messages.map(({ signature: _, ...message }) => message);
      const { content, name } = await client.writeDocument({ ...document, messages: unsigned }, format);
      return { address: URL.createObjectURL(content), name };
    },
    async importFile(file) {
      if (!archive) throw new Error('Nothing can be kept.');
      const { documents, skipped = 0 } = await client.readDocuments(file);
      const entries: ArchiveEntry[] = [];
      try {
        for (const document of documents) entries.push(await imported(document));
      } catch (error) {
        fail(error);
        throw error;
      } finally {
        // Also after a failure: the conversations before it are stored.
        list.put(...entries);
        archive.forgetTexts();
        onChanged();
      }
      return { count: documents.length, skipped };
    },
  };
}

/** All messages, each after its parent; those whose parent is lost begin a branch. */
function parentsFirst(messages: readonly StoredMessage[]): StoredMessage[] {
  const ids = new Set(messages.map(({ id }) => id));
  const below = new Map<string | null, StoredMessage[]>();
  for (const message of [...messages].sort((one, other) => one.created_at - other.created_at)) {
    const parent = ids.has(message.parent ?? '') ? (message.parent ?? null) : null;
    below.set(parent, [...(below.get(parent) ?? []), { ...message, parent }]);
  }
  const found = below.get(null) ?? [];
  for (const { id } of found) found.push(...(below.get(id) ?? []));
  return found;
}
