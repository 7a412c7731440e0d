import { ProblemError, type DocumentFormat } from '@salon/client';
import type { ArchiveEntry, Library } from '@salon/store';
import type { ChatContext } from '../chat/chat-context';
import { copyText } from '../chat/copy-text';
import type { MenuItem } from '../chat/menu-item';
import { saveFrom } from '../chat/save-file';

const undoWithin_s = 8;

export interface EntryActions {
  /** Import the conversations of a file. */
  importFile(file: File | undefined): Promise<void>;
  /** The groups of a menu with the actions on one conversation. */
  actionsFor(entry: ArchiveEntry): MenuItem[][];
}

/** Return the actions on listed conversations, whose results are shown as notices. */
export function createEntryActions(
  library: Library,
  chat: ChatContext,
  onRename: (entry: ArchiveEntry) => void,
): EntryActions {
  const { words, notices } = chat;

  function notify(level: 'success' | 'error', text: string): void {
    notices.push({ type: 'notice', level, text });
  }

  /** Perform an action; a refusal, or a lost connection, is shown as a notice. */
  async function attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const code = error instanceof ProblemError ? error.problem.code : 'other';
      notify('error', words.historyFailures[code] ?? words.failures[code] ?? words.failures['other'] ?? '');
    }
  }

  const share = (entry: ArchiveEntry) =>
    attempt(async () => {
      const link = new URL(`?shared=${await library.share(entry.id)}`, document.baseURI).href;
      const isCopied = await copyText(link);
      notify('success', isCopied ? words.shared : words.sharedAt(link));
    });

  const stopSharing = (entry: ArchiveEntry) =>
    attempt(async () => {
      await library.unshare(entry.id);
      notices.push({ type: 'notice', level: 'info', text: words.sharingStopped, duration_s: 5 });
    });

  const exportAs = (entry: ArchiveEntry, format: DocumentFormat) =>
    attempt(async () => saveFrom(await library.documentOf(entry.id, format)));

  const sharingOf = (entry: ArchiveEntry): MenuItem[] => [
    { icon: 'share', name: words.share, onclick: () => void share(entry) },
    ...(library.sharesOf(entry.id).length
      ? [{ icon: 'close', name: words.stopSharing, onclick: () => void stopSharing(entry) } as const]
      : []),
  ];

  const exportsOf = (entry: ArchiveEntry): MenuItem[] =>
    (['JSON', 'Markdown', 'HTML'] as const).map((name) => ({
      icon: 'save',
      name: words.exportConversation(name),
      onclick: () => void exportAs(entry, name.toLowerCase() as DocumentFormat),
    }));

  return {
    async importFile(file) {
      if (!file) return;
      await attempt(async () => {
        const { count, skipped } = await library.importFile(file);
        notify('success', words.imported(count, skipped));
      });
    },
    actionsFor: (entry) => [
      [
        { icon: 'edit', name: words.rename, onclick: () => onRename(entry) },
        {
          icon: 'pin',
          name: entry.isPinned ? words.unpin : words.pin,
          onclick: () => void library.pin(entry.id, !entry.isPinned),
        },
      ],
      sharingOf(entry),
      exportsOf(entry),
      [{ icon: 'clear', name: words.deleteConversation, onclick: () => void remove(entry, library, chat) }],
    ],
  };
}

/** Remove a conversation from the list, and offer to restore it for a while. */
async function remove(
  { id, title }: ArchiveEntry,
  library: Library,
  { words, conversation, notices, client }: ChatContext,
): Promise<void> {
  const wasCurrent = id === conversation.get().id;
  if (wasCurrent) conversation.startNew();
  const undo = await library.remove(id);
  let isUndone = false;
  notices.push({
    type: 'notice',
    level: 'info',
    text: words.conversationDeleted(title || words.untitled),
    duration_s: undoWithin_s,
    action: {
      name: words.undoDelete,
      async onclick() {
        isUndone = true;
        await undo();
        if (wasCurrent) await conversation.open(id);
      },
    },
    // The server deletes its own copy only now, as restoring needs the files that are there.
    onGone: () => void (isUndone || (library.onServer?.forget(id) ?? client.remove(id).catch(() => undefined))),
  });
}
