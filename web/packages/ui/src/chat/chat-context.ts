import type { FileRef, PageConfig } from '@salon/protocol';
import { observable, type Attachments, type Composer, type Connection, type Conversation, type Notices, type Writable } from '@salon/store';
import { getContext, setContext } from 'svelte';
import type { Words } from '../i18n/words';
import type { MarkdownRules } from '../markdown/parser';
import type { RemoteImages } from '../markdown/remote-images';
import type { ColorScheme } from './color-scheme';
import { createThreadView, type ThreadView } from './thread-view';

/** What the page gives to the chat. */
export interface PageContext {
  config: PageConfig;
  lang: string;
  words: Words;
  conversation: Conversation;
  composer: Composer;
  attachments: Attachments;
  connection: Connection;
  notices: Notices;
  colorScheme: ColorScheme;
  /** Choose the page's language; `undefined` follows the browser. */
  onLanguage: (lang: string | undefined) => void;
}

/** What every part of the chat may use. */
export interface ChatContext extends PageContext {
  view: ThreadView;
  markdown: { rules: MarkdownRules; remoteImages: RemoteImages };
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

const key = Symbol('chat');

export function provideChat(context: PageContext): ChatContext {
  const { line_breaks: lineBreaks = true, formulas, tags = true, remote_images: remoteImages = 'ask' } = context.config.chatbot ?? {};
  return setContext(key, {
    ...context,
    view: createThreadView(),
    isSearching: observable(false),
    editing: observable<Edit | undefined>(undefined),
    markdown: { remoteImages, rules: { lineBreaks, formulas: formulas ?? undefined, tags } },
  });
}

export const useChat = (): ChatContext => getContext<ChatContext>(key);
