import { ProblemError, type Client } from '@salon/client';
import type { ChatConfig } from '@salon/protocol';
import {
  createAttachments,
  createComposer,
  createConversation,
  createLibrary,
  createSavedCopy,
  openArchive,
  safeStorage,
  type Archive,
  type Bindings,
  type Components,
  type Connection,
  type Library,
  type Notices,
  type SafeStorage,
} from '@salon/store';
import { whenIdle, type ChatModel, type Words } from '@salon/ui';
import { nextFrame } from './next-frame';
import { createTabs } from './tabs';
import { wait } from './wait';

interface Surroundings {
  client: Client;
  /** What pages with functions of their own are called, so that chats share their states. */
  session: string | undefined;
  bindings: Bindings;
  components: Components;
  connection: Connection;
  notices: Notices;
  words: Words;
  local: SafeStorage;
  /** The page's path: applications of one host keep apart what the browser keeps. */
  path: string;
  /** Who is signed in: people who share a browser do not see each other's conversations. */
  user: string | null | undefined;
}

/** Told to other tabs in place of a conversation's id. */
const listChanged = 'list';

const never = new AbortController().signal;

/** Make a chat of the page, and have it keep what it needs in the browser. */
export function createChat(config: ChatConfig, surroundings: Surroundings): ChatModel {
  const { client, session, bindings, components, connection, notices, words, local, path } = surroundings;
  const { name = 'chat', chatbot_id: heard } = config;
  const place = name === 'chat' ? path : `${path}#${name}`;
  const tabs = createTabs(`salon:${place}`);
  const saved = createSavedCopy(local, `salon.conversation:${place}`, (callback) => whenIdle(callback, 1000));
  addEventListener('pagehide', saved.flush);
  const library = config.history === 'browser' ? openLibrary(place, surroundings.user, tabs.tell) : undefined;
  const conversation = createConversation({
    client,
    saved,
    ...(library && { library }),
    chat: name,
    ...(session !== undefined && { session }),
    inputs: () => components.values(config.inputs ?? []),
    schedule: nextFrame,
    pause: () => wait(3000, never),
    isOffline: () => connection.get() === 'lost',
    now_s: () => Date.now() / 1000,
    onNotice: notices.push,
    onOutput: components.apply,
    onShare: tabs.tell,
    asksFeedback: config.chatbot?.feedback != null,
    onLike: (event) => heard != null && bindings.happen(heard, 'like', event),
    onRefused(error) {
      const text = error instanceof ProblemError ? words.failures[error.problem.code] : words.lost;
      notices.push({ type: 'notice', level: 'error', text: text ?? words.failures['other'] ?? '' });
    },
  });
  const composer = createComposer(safeStorage(() => sessionStorage), `salon.draft:${place}`);
  if (config.textbox?.value && composer.get() === '') composer.set(config.textbox.value);
  tabs.onTold((id) => {
    if (id === listChanged) void library?.refresh();
    else void conversation.refreshFrom(id);
  });
  return { config, conversation, library, composer, attachments: createAttachments(client, config.files ?? undefined) };
}

/** Open the list of conversations that this browser keeps; it may not be let. */
function openLibrary(place: string, user: string | null | undefined, tell: (id: string) => void): Library {
  let archive: Archive | undefined;
  try {
    archive = openArchive(indexedDB, `salon.conversations:${place}${user ? `@${user}` : ''}`);
  } catch {
    archive = undefined; // where storage is blocked, even asking for it throws
  }
  const library = createLibrary({ archive, now_s: () => Date.now() / 1000, onChanged: () => tell(listChanged) });
  void library.refresh();
  return library;
}
