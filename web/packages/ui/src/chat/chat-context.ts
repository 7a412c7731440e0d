import type { PageConfig } from '@salon/protocol';
import { observable, type Composer, type Connection, type Conversation, type Notices, type Writable } from '@salon/store';
import { getContext, setContext } from 'svelte';
import type { Words } from '../i18n/words';
import type { ColorScheme } from './color-scheme';
import { createThreadView, type ThreadView } from './thread-view';

/** What the page gives to the chat. */
export interface PageContext {
  config: PageConfig;
  lang: string;
  words: Words;
  conversation: Conversation;
  composer: Composer;
  connection: Connection;
  notices: Notices;
  colorScheme: ColorScheme;
  /** Choose the page's language; `undefined` follows the browser. */
  onLanguage: (lang: string | undefined) => void;
}

/** What every part of the chat may use. */
export interface ChatContext extends PageContext {
  view: ThreadView;
  isSearching: Writable<boolean>;
}

const key = Symbol('chat');

export const provideChat = (context: PageContext): ChatContext =>
  setContext(key, { ...context, view: createThreadView(), isSearching: observable(false) });
export const useChat = (): ChatContext => getContext<ChatContext>(key);
