import type { FileRef } from '@salon/protocol';
import { observable, type Writable } from '@salon/store';
import { provide, useContext, type ChatModel, type PageContext, type PageModel } from '../page-context';
import { createThreadView, type ThreadView } from './thread-view';

/** The context of all components of a chat. */
export interface ChatContext extends PageContext, ChatModel {
  view: ThreadView;
  /** The text area of the composer, once it is mounted. */
  box: { area: HTMLTextAreaElement | undefined };
  isSearching: Writable<boolean>;
  /** The user's message that is being edited, with its changes. */
  editing: Writable<Edit | undefined>;
}

/** The new text of a message, and those of its files that stay. */
export interface Edit {
  id: string;
  text: string;
  files: FileRef[];
}

/** Make one chat of the page the context of the components inside. */
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
