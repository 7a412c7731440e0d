import { buttonLabel } from './button-label';
import type { ChatContext } from './chat-context';
import { copyText } from './copy-text';
import type { MenuItem } from './menu-item';
import { saveFile } from './save-file';
import { transcript } from './transcript';

/** The actions on a whole conversation, as the items of a menu. */
export function chatActions(chat: ChatContext, onPrint: () => void): MenuItem[] {
  const { words, lang, page, config, conversation, notices, isSearching } = chat;
  const title = config.title ?? page.title;

  /** The whole conversation, or `undefined` where the connection is lost, which the banner shows. */
  async function whole(): Promise<string | undefined> {
    try {
      await conversation.loadAll();
    } catch (error) {
      notices.push({ type: 'notice', level: 'error', text: words.failures['other'] ?? String(error) });
      return undefined;
    }
    return transcript(conversation.get().messages, words, lang, title, config.chatbot?.watermark);
  }

  async function copyAll(): Promise<void> {
    const text = await whole();
    if (text === undefined) return;
    const isCopied = await copyText(text);
    if (isCopied) notices.push({ type: 'notice', level: 'success', text: words.conversationCopied, duration_s: 3 });
  }

  async function save(): Promise<void> {
    const text = await whole();
    if (text !== undefined) saveFile(`${title || words.conversation}.md`, text, 'text/markdown');
  }

  return [
    { icon: 'search', name: words.search, onclick: () => isSearching.set(true) },
    ...(config.buttons?.copy_all === false
      ? []
      : [{ icon: 'copy', name: words.copyConversation, onclick: () => void copyAll() } as const]),
    { icon: 'save', name: words.save, onclick: () => void save() },
    { icon: 'print', name: words.print, onclick: onPrint },
  ];
}

/** The label of the button that begins a new conversation, and whether there is one. */
export function clearButton({ config }: ChatContext): { label: string | undefined } | undefined {
  const clear = config.buttons?.clear;
  return clear === false ? undefined : { label: buttonLabel(clear) };
}
