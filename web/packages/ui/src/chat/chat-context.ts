import type { FileRef } from '@salon/protocol';
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
  editing: Writable<Edit | undefined>;
}

/** What becomes of a message: its text, and those of its files that stay. */
export interface Edit {
  id: string;
  text: string;
  files: FileRef[];
}

/** Make one chat of the page what everything inside refers to. */
export function provideChat(page: PageModel, chat: ChatModel): ChatContext {
  const {
    line_breaks: lineBreaks = true,
    formulas,
    tags = true,
    remote_images: remoteImages = 'ask',
  } = chat.config.chatbot ?? {};
  return provide({
    ...page,
    ...chat,
    view: createThreadView(),
    box: { area: undefined },
    isSearching: observable(false),
    editing: observable<Edit | undefined>(undefined),
    markdown: {
      remoteImages,
      framesHtml: chat.config.chatbot?.frames_html ?? false,
      rules: { lineBreaks, formulas: formulas ?? undefined, tags },
    },
  });
}

export const useChat = useContext<ChatContext>;
