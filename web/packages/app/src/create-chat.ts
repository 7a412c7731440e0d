import { ProblemError, type Client } from '@salon/client';
import type { ChatConfig, Message } from '@salon/protocol';
import {
  createAttachments,
  createComposer,
  createConversation,
  createBrowserLibrary,
  createSavedCopy,
  createServerLibrary,
  watchConversation,
  openArchive,
  safeStorage,
  withEvents,
  type Archive,
  type Attachments,
  type Bindings,
  type Components,
  type Composer,
  type Connection,
  type Conversation,
  type Library,
  type Notices,
  type SafeStorage,
} from '@salon/store';
import { whenIdle, type ChatModel, type Words } from '@salon/ui';
import { mayWatch } from './may-watch';
import { nextFrame } from './next-frame';
import { createTabs } from './tabs';
import { wait } from './wait';

export interface Surroundings {
  client: Client;
  /** What pages with functions of their own are called, so that chats share their states. */
  session: string | undefined;
  bindings: Bindings;
  components: Components;
  connection: Connection;
  notices: Notices;
  words: Words;
  local: SafeStorage;
  /**
   * What the browser keeps belongs to this: the page's path, as applications may share a host, and who is signed in, as
   * people may share a browser.
   */
  place: string;
}

/** Under which key the browser keeps the conversation of a place. */
export const savedKey = (place: string): string => `salon.conversation:${place}`;

/** Told to other tabs in place of a conversation's id. */
const listChanged = 'list';
const removed = 'removed ';

const never = new AbortController().signal;

/** Make a chat of the page, and have it keep what it needs in the browser. */
export function createChat(config: ChatConfig, surroundings: Surroundings): ChatModel {
  const { client, session, bindings, components, connection, notices, words, local } = surroundings;
  const { name = 'chat', chatbot_id: heard } = config;
  const place = name === 'chat' ? surroundings.place : `${surroundings.place}#${name}`;
  const tabs = createTabs(`salon:${place}`);
  const saved = createSavedCopy(local, savedKey(place), (callback) => whenIdle(callback, 1000));
  addEventListener('pagehide', saved.flush);
  const library = openLibrary(config, place, surroundings, tabs.tell);
  if (library?.onServer) addEventListener('pagehide', library.onServer.flush);
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
    onServerChange: tabs.tell,
    asksFeedback: config.chatbot?.feedback != null,
    onLike: (event) => heard != null && bindings.happen(heard, 'like', event),
    onRefused(error) {
      const text = error instanceof ProblemError ? words.failures[error.problem.code] : words.lost;
      notices.push({ type: 'notice', level: 'error', text: text ?? words.failures['other'] ?? '' });
    },
  });
  watchConversation(conversation, client, mayWatch);
  const composer = createComposer(
    safeStorage(() => sessionStorage),
    `salon.draft:${place}`,
  );
  if (config.textbox?.value && composer.get() === '') composer.set(config.textbox.value);
  tabs.onTold((news) => {
    if (news === listChanged) void library?.refresh();
    else if (news.startsWith(removed)) leaveRemoved(news.slice(removed.length));
    else void conversation.refreshFrom(news);
  });

  /** Whoever went on with a deleted conversation would bring it back, or lose what they say. */
  function leaveRemoved(id: string): void {
    if (conversation.get().id === id) conversation.startNew();
    void library?.refresh();
  }

  const attachments = createAttachments(client, config.files ?? undefined);
  if (heard != null) joinPage(heard, conversation, config, surroundings);
  if (config.textbox_id != null) joinBox(config.textbox_id, composer, attachments, config, surroundings);
  const { opening = [] } = config.chatbot ?? {};
  const told =
    heard == null
      ? conversation
      : withEvents(conversation, opening.length, (event, data) => bindings.happen(heard, event, data));
  return { config, conversation: told, library, composer, attachments };
}

/** Have functions that are bound to events take, set and hear of a chat's conversation. */
function joinPage(
  id: string,
  conversation: Conversation,
  { chatbot: { opening = [] } = {} }: ChatConfig,
  { bindings, components }: Surroundings,
): void {
  const isOpening = (messages: Message[]) =>
    JSON.stringify(messages.slice(0, opening.length)) === JSON.stringify(opening);
  components.attach(id, {
    value: () => [...opening, ...conversation.get().messages.map(({ message }) => message)],
    set({ props = {} }) {
      const { messages } = props as { messages?: unknown };
      if (!Array.isArray(messages)) return;
      const given = messages as Message[];
      conversation.prefill(isOpening(given) ? given.slice(opening.length) : given);
    },
    empty: () => conversation.prefill([]),
    load: conversation.loadAll,
  });
  let known = conversation.get().messages;
  conversation.subscribe(({ messages, live }) => {
    if (live || messages === known || messages.at(-1)?.isUnsent) return;
    known = messages;
    bindings.happen(id, 'change');
  });
}

/** Have functions that are bound to events take, set and hear of the box to write in. */
function joinBox(
  id: string,
  composer: Composer,
  attachments: Attachments,
  { files }: ChatConfig,
  { bindings, components }: Surroundings,
): void {
  const clear = () => attachments.get().forEach(({ number }) => attachments.remove(number));
  components.attach(id, {
    value: () =>
      files
        ? { text: composer.get(), files: attachments.get().flatMap(({ ref }) => (ref ? { $file: ref.id } : [])) }
        : composer.get(),
    set({ text, files: refs }) {
      if (text !== undefined) composer.set(text);
      if (!refs) return;
      clear();
      attachments.put(refs);
    },
    empty() {
      composer.set('');
      clear();
    },
  });
  let known = composer.get();
  composer.subscribe((text) => {
    if (text === known) return;
    known = text;
    bindings.happen(id, 'change');
  });
}

/** Open the list of conversations that the server or this browser keeps, if one does. */
function openLibrary(
  { history, name: chat = 'chat' }: ChatConfig,
  place: string,
  { client }: Surroundings,
  tell: (id: string) => void,
): Library | undefined {
  if (!history) return undefined;
  const options = {
    now_s: () => Date.now() / 1000,
    onChanged: () => tell(listChanged),
    onRemoved: (id: string) => tell(removed + id),
  };
  const library =
    history === 'server'
      ? createServerLibrary({ client, chat, ...options })
      : createBrowserLibrary({ client, archive: openBrowserArchive(place), ...options });
  void library.refresh();
  return library;
}

/** Open what this browser keeps; it may not be let. */
function openBrowserArchive(place: string): Archive | undefined {
  try {
    return openArchive(indexedDB, `salon.conversations:${place}`);
  } catch {
    return undefined; // where storage is blocked, even asking for it throws
  }
}
