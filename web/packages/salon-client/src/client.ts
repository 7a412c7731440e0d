import { newId, ProblemError, type Client as Core } from '@salon/client';
import type { EndpointView, EntryView, FileRef, PageConfig } from '@salon/protocol';
import { createAnswer, type Answer } from './answer';
import { createConversation, type AskOptions, type Conversation } from './conversation';
import { errorOf, typed } from './error-of';
import { ClientError, NotFoundError } from './errors';
import { outputsOf, type Output } from './outputs';
import { createUploads } from './uploads';

/** A conversation as the server lists it. Times are in seconds since 1970, UTC. */
export type ListedConversation = EntryView;

/** Talks to a Salon application. Made by `connect`. */
export interface Client {
  /** Where the application is, with a slash at the end. */
  readonly url: string;
  /** The endpoints that programs may call, with their parameters: chats and functions. */
  readonly endpoints: readonly EndpointView[];
  /**
   * The token by which the server recognises this visitor, to be given to `connect`: store it like a password.
   * `undefined` without the option `visitor`, and in browsers, which store it themselves.
   */
  readonly visitor: string | undefined;
  /** Load the configuration of the page: titles, chats, inputs, examples. */
  config(): Promise<PageConfig>;
  /** Ask in a conversation of its own. Await the answer, or iterate it for its text as it comes. */
  ask(text: string, options?: AskOptions): Answer;
  /** Return a conversation: a new one, or one whose id is known. */
  conversation(id?: string): Conversation;
  /**
   * Yield the conversations that the server stores for this user or visitor: pinned ones first, then the newest. With
   * `search`, the best 50 that contain all its words.
   */
  conversations(query?: { search?: string | undefined }): AsyncGenerator<ListedConversation, void, undefined>;
  /** Pick up a reply by the id of its run, from its beginning: while it is written, and for ten minutes after. */
  follow(run: string, options?: Pick<AskOptions, 'signal'>): Answer;
  /**
   * Call a function of the page by its name, with values by the names of its parameters; those left out have the
   * components' own. Returns the components that it sets, in its order. Throws `ReplyFailed` when it fails.
   */
  call(
    name: string,
    inputs?: Readonly<Record<string, unknown>>,
    options?: Pick<AskOptions, 'signal'>,
  ): Promise<Output[]>;
  /** Send a file, to go with messages; after a cut it goes on from there. */
  upload(
    file: Blob | string,
    options?: { name?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<FileRef>;
  /** Load a file of a reply. */
  download(file: FileRef): Promise<Blob>;
}

/** The parts that a client is made of. */
export interface ClientSource {
  core: Core;
  url: string;
  chat: string;
  endpoints: readonly EndpointView[];
  fetch: (url: string) => Promise<Response>;
  visitor: () => string | undefined;
}

const never = new AbortController().signal;

/** Return a client that talks through the core. */
export function createClient({ core, url, chat, endpoints, fetch, visitor }: ClientSource): Client {
  const session = newId('page');

  async function read(address: string): Promise<Blob> {
    const response = await typed(fetch(address));
    if (!response.ok) throw errorOf(await ProblemError.from(response));
    return await typed(response.blob());
  }

  const { upload, uploadAll, valuesOf } = createUploads(core);
  const conversation = (id?: string) =>
    createConversation({
      core,
      chat,
      id,
      uploadAll,
      read,
      inputs: (given, signal) =>
        valuesOf(
          endpoints.find((endpoint) => endpoint.chat === chat),
          given,
          signal,
        ),
    });

  return {
    url,
    endpoints,
    get visitor() {
      return visitor();
    },
    config: async () => JSON.parse(await (await read(new URL('api/config', url).href)).text()) as PageConfig,
    ask: (text, options) => conversation().ask(text, options),
    conversation,
    async *conversations({ search } = {}) {
      let before: string | null | undefined;
      do {
        const page = await typed(core.conversations({ chat, ...(search && { search }), ...(before && { before }) }));
        yield* page.conversations;
        before = page.next;
      } while (before);
    },
    follow: (run, { signal } = {}) =>
      createAnswer({ begin: async () => core.follow(run, never), cancel: core.cancel, signal }),
    async call(name, inputs = {}, { signal } = {}) {
      const endpoint = endpoints.find((each) => each.name === name.replace(/^\//, ''));
      if (!endpoint) throw new NotFoundError('endpoint.unknown', `There is no endpoint \`${name}\` here.`);
      const { event } = endpoint;
      if (!event) throw new ClientError('endpoint.chat', `\`${name}\` is a chat: use \`ask\`.`);
      const answer = createAnswer({
        begin: async (wanted) =>
          core.call(
            { id: newId('turn'), endpoint: event, session, inputs: await valuesOf(endpoint, inputs, wanted) },
            never,
          ),
        cancel: core.cancel,
        signal,
      });
      const events = [];
      for await (const entry of answer.events()) events.push(entry.event);
      return outputsOf(endpoint.outputs ?? [], events);
    },
    upload,
    download: async ({ id, name }) => await read(new URL(`files/${id}/${encodeURIComponent(name)}`, url).href),
  };
}
