import { observable, type Writable } from '@salon/store';
import { provide, useContext, type ChatModel, type PageContext, type PageModel } from '../page-context';
import { createThreadView, type ThreadView } from './thread-view';

/** What every part of a chat may use. */
export interface ChatContext extends PageContext, ChatModel {
  view: ThreadView;
  /** The text area of the box to write in, once it is there. */
  box: { area: HTMLTextAreaElement | undefined };
  isSearching: Writable<boolean>;
  /** The user's message that is being edited, and what has become of it. */
  editing: Writable<{ id: string; text: string } | undefined>;
}

/** Make one chat of the page what everything inside refers to. */
export function provideChat(page: PageModel, chat: ChatModel): ChatContext {
  const { line_breaks: lineBreaks = true, formulas, remote_images: remoteImages = 'ask' } = chat.config.chatbot ?? {};
  return provide({
    ...page,
    ...chat,
    view: createThreadView(),
    box: { area: undefined },
    isSearching: observable(false),
    editing: observable<{ id: string; text: string } | undefined>(undefined),
    markdown: { remoteImages, rules: { lineBreaks, formulas: formulas ?? undefined } },
  });
}

export const useChat = useContext<ChatContext>;
