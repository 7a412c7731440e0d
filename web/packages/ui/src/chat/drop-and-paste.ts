import type { FilesConfig } from '@salon/protocol';
import type { Attachments } from '@salon/store';
import type { ChatModel } from '../page-context';
import { isForChat } from './is-for-chat';

/** How files come into the composer, besides its button. */
export interface DropAndPaste {
  attach(files: Iterable<File>): void;
  onpaste(event: ClipboardEvent): void;
  ondrop(event: DragEvent): void;
  ondragover(event: DragEvent): void;
  ondragleave(event: DragEvent): void;
}

/** Attach dropped and pasted files, where the chat takes `files`, and long pasted texts as files. */
export function createDropAndPaste(
  files: FilesConfig | null | undefined,
  attachments: Attachments,
  chats: readonly ChatModel[],
  area: () => Element,
): DropAndPaste {
  function attach(list: Iterable<File>): void {
    for (const file of list) attachments.add(file, file.name);
  }

  function setDropping(isDropping: boolean): void {
    area().closest('.salon-app')?.toggleAttribute('data-dropping', isDropping);
  }

  return {
    attach,
    onpaste(event) {
      const pasted = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (!files || (pasted.length === 0 && text.length <= (files.max_plain_text_length ?? 1000))) return;
      event.preventDefault();
      attach(pasted.length > 0 ? pasted : [new File([text], 'pasted_text.txt', { type: 'text/plain' })]);
    },
    // Files may be dropped anywhere on the page; where it has several chats, only on one of them.
    ondrop(event) {
      setDropping(false);
      if (!files || !event.dataTransfer?.files.length || !isForChat(chats, area(), event)) return;
      event.preventDefault();
      attach(event.dataTransfer.files);
    },
    ondragover(event) {
      if (!files || !event.dataTransfer?.types.includes('Files') || !isForChat(chats, area(), event)) return;
      event.preventDefault();
      setDropping(true);
    },
    ondragleave(event) {
      if (!event.relatedTarget) setDropping(false);
    },
  };
}
