import { createClient } from '@salon/client';
import type { ChatConfig, FileRef, PageConfig, RunEvent } from '@salon/protocol';
import {
  createAttachments,
  createBindings,
  createBrowserLibrary,
  createComponents,
  createComposer,
  createConnection,
  createConversation,
  createNotices,
  createSavedCopy,
  memoryStorage,
  openArchive,
} from '@salon/store';
import { render } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { IDBFactory } from 'fake-indexeddb';
import type { Component } from 'svelte';
import type { ChatContext } from '../src/chat/chat-context';
import { createColorScheme } from '../src/chat/color-scheme';
import { en } from '../src/i18n/en';
import type { ChatModel, PageModel } from '../src/page-context';
import InPage from './in-page.svelte';

// Layout is the browser's; jsdom lacks what asks for it.
globalThis.matchMedia ??= () => ({ matches: false }) as MediaQueryList;
globalThis.CSS ??= { supports: () => true, escape: (text: string) => text } as unknown as typeof CSS;
Element.prototype.scrollIntoView ??= () => {};

/** A request that the page sent: its method, its path below the page, and its body. */
export interface Sent {
  route: string;
  body: unknown;
}

/** Answers a request whose route begins with its key. */
export type Routes = Record<string, () => Response>;

/** A reply as a stream of events. */
export function reply(id: string, text: string): Response {
  const events: RunEvent[] = [
    { type: 'run-start', run: 'run-00000001' },
    { type: 'message-start', id },
    { type: 'part-start', value: { type: 'text', text } },
    { type: 'part-end' },
    { type: 'message-end' },
    { type: 'run-end' },
  ];
  const frames = events.map((event, index) => `id: ${index + 1}\ndata: ${JSON.stringify(event)}\n\n`);
  return new Response(frames.join(''), { headers: { 'Content-Type': 'text/event-stream' } });
}

export function refusal(status: number, code: string): Response {
  return Response.json({ status, code, title: code, detail: '' }, { status });
}

export interface PageOptions {
  config?: ChatConfig;
  page?: PageConfig;
  routes?: Routes;
  /** Gives the reference to an uploaded file, or refuses it. */
  upload?: (file: Blob) => Response;
}

/** Return a page with one chat: the real stores and client, over a server that answers by `routes`. */
export function createPage({ config = {}, page = {}, routes = {}, upload }: PageOptions = {}) {
  const sent: Sent[] = [];
  const storage = memoryStorage();
  const connection = createConnection(() => {});
  const notices = createNotices();
  const client = createClient({
    base: 'https://host.test/chat/',
    fetch: async (url, init) => {
      const route = `${init?.method ?? 'GET'} ${url.slice('https://host.test/chat/'.length)}`;
      sent.push({ route, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined });
      const key = Object.keys(routes).find((one) => route.startsWith(one));
      return key ? routes[key]!() : refusal(404, 'conversation.unknown');
    },
    upload: async (_url, file, onProgress) => {
      onProgress(1);
      return upload?.(file) ?? Response.json(fileRef('uploaded', file));
    },
    wait: async () => {},
    onLink: connection.report,
    onOffline: () => () => {},
  });
  const components = createComponents(page, memoryStorage(), 'inputs');
  const bindings = createBindings({
    page,
    client,
    components,
    session: 'page-test',
    scripts: {},
    onNotice: notices.push,
    onFailure: () => {},
  });
  const library = createBrowserLibrary({
    client,
    archive: openArchive(new IDBFactory(), 'salon'),
    now_s: () => 1000,
    onChanged: () => {},
    onRemoved: () => {},
  });
  const conversation = createConversation({
    client,
    saved: createSavedCopy(storage, 'copy', (callback) => callback()),
    library,
    schedule: (callback) => callback(),
    pause: async () => {},
    isOffline: () => false,
    now_s: () => 1000,
    onNotice: notices.push,
    onOutput: () => {},
    chat: 'chat',
    inputs: () => ({}),
    onServerChange: () => {},
    asksFeedback: config.chatbot?.feedback != null,
    onRefused: () => notices.push({ type: 'notice', level: 'error', text: 'refused' }),
  });
  const chat: ChatModel = {
    config,
    conversation,
    library,
    composer: createComposer(storage, 'draft'),
    attachments: createAttachments(client, config.files ?? undefined),
  };
  const model: PageModel = {
    page,
    lang: 'en',
    words: en,
    inLanguage: (value) => value,
    chats: [chat],
    client,
    components,
    bindings,
    connection,
    notices,
    colorScheme: createColorScheme(storage, () => {}),
    onLanguage: () => {},
  };
  return { chat, model, library, sent };
}

/** Mount a component in a page, and return what a user has of it. */
export function mountInPage<Props extends Record<string, unknown>>(
  component: Component<Props>,
  props: Props,
  { chat, model, library, sent }: ReturnType<typeof createPage> = createPage(),
) {
  let context: ChatContext | undefined;
  const onContext = (one: ChatContext) => (context = one);
  const rendered = render(InPage as unknown as Component<Record<string, unknown>>, {
    props: { component, props, page: model, chat, onContext },
  });
  const user = userEvent.setup();
  return { ...rendered, ...chat, library, notices: model.notices, sent, user, context: context as ChatContext };
}

export function fileRef(id: string, file: Blob): FileRef {
  return { id, name: file instanceof File ? file.name : id, media_type: file.type, size_bytes: file.size };
}
