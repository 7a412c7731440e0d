import type { PageConfig } from '@salon/protocol';
import type { Composer, Connection, Conversation, Notices } from '@salon/store';
import { getContext, setContext } from 'svelte';
import type { Words } from '../i18n/words';
import type { ColorScheme } from './color-scheme';

/** What every part of the chat may use. */
export interface ChatContext {
  config: PageConfig;
  lang: string;
  words: Words;
  conversation: Conversation;
  composer: Composer;
  connection: Connection;
  notices: Notices;
  colorScheme: ColorScheme;
}

const key = Symbol('chat');

export const provideChat = (context: ChatContext): ChatContext => setContext(key, context);
export const useChat = (): ChatContext => getContext<ChatContext>(key);
