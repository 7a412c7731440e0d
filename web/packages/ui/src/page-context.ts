import type { Client } from '@salon/client';
import type { ChatConfig, PageConfig } from '@salon/protocol';
import type {
  Attachments,
  Bindings,
  Components,
  Composer,
  Connection,
  Conversation,
  Library,
  Notices,
} from '@salon/store';
import { getContext, setContext } from 'svelte';
import type { ColorScheme } from './chat/color-scheme';
import type { Words } from './i18n/words';
import type { MarkdownRules } from './markdown/parser';
import type { RemoteImages } from './markdown/remote-images';

/** One chat of the page. */
export interface ChatModel {
  config: ChatConfig;
  conversation: Conversation;
  /** The list of the visitor's conversations, where they are stored. */
  library?: Library | undefined;
  composer: Composer;
  attachments: Attachments;
  /** It is a shared conversation, to be read, and continued as a copy. */
  shared?: { onContinue: () => Promise<void> };
}

/** The stores and services that the page is made with. */
export interface PageModel {
  page: PageConfig;
  lang: string;
  words: Words;
  /** Translate the author's texts in a value that arrived later than the page. */
  inLanguage: <T>(value: T) => T;
  chats: ChatModel[];
  client: Client;
  components: Components;
  bindings: Bindings;
  connection: Connection;
  notices: Notices;
  colorScheme: ColorScheme;
  /** Choose the page's language; `undefined` follows the browser. */
  onLanguage: (lang: string | undefined) => void;
}

/** The context of all components of the page. */
export interface PageContext extends PageModel {
  markdown: { rules: MarkdownRules; remoteImages: RemoteImages; framesHtml: boolean };
}

const key = Symbol('page');

export function provide<T extends PageContext>(context: T): T {
  return setContext(key, context);
}

export const usePage = (): PageContext => getContext<PageContext>(key);
export const useContext = <T extends PageContext>(): T => getContext<T>(key);
