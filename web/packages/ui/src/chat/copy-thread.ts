import { copyText } from './copy-text';
import type { ChatContext } from './chat-context';
import { isAllSelected } from './is-all-selected';
import { loadedMarkdown } from './load-markdown';
import { transcript } from './transcript';

/** Put the selected part of a thread on the clipboard; `hasMore` where messages are not in the document. */
export function copyFromThread(event: ClipboardEvent, content: HTMLElement, hasMore: boolean, chat: ChatContext): void {
  const selection = getSelection();
  if (!selection || event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement) return;
  // Selecting everything means the whole conversation, not the part of it that is in the document.
  if (hasMore && isAllSelected(content)) copyWhole(event, chat);
  else if (content.contains(selection.anchorNode)) copySelection(event, selection);
}

function copyWhole(event: ClipboardEvent, { conversation, config, page, words, lang, notices }: ChatContext): void {
  event.preventDefault();
  const title = config.title ?? page.title;
  const whole = () => transcript(conversation.get().messages, words, lang, title, config.chatbot?.watermark);
  if (!conversation.get().hasEarlier) event.clipboardData?.setData('text/plain', whole());
  else
    void conversation.loadAll().then(
      () => copyText(whole()),
      () => notices.push({ type: 'notice', level: 'error', text: words.failures['other'] ?? '' }),
    );
}

function copySelection(event: ClipboardEvent, selection: Selection): void {
  const copied = loadedMarkdown()?.copiedSelection(selection);
  if (!copied) return;
  event.preventDefault();
  event.clipboardData?.setData('text/plain', copied.text);
  event.clipboardData?.setData('text/html', copied.html);
}
