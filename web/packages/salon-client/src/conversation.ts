import { copyOf, newId, type Client as Core, type TurnStream } from '@salon/client';
import type { FileRef, Message, StoredMessage, TurnRequest } from '@salon/protocol';
import { createAnswer, type Answer } from './answer';
import { typed } from './error-of';
import { NotFoundError, SalonError } from './errors';
import type { FileSource } from './file-source';
import { createMessageStore, storedOf } from './message-store';

/** Options of a message. */
export interface AskOptions {
  /** Contents, paths (in Node), or files that were uploaded before. */
  files?: readonly FileSource[] | undefined;
  /** Values of additional inputs, by the names of the function's parameters; a file is a `Blob` or was uploaded. */
  inputs?: Readonly<Record<string, unknown>> | undefined;
  /** Stops the reply when it is aborted; waiting for it ends at once. */
  signal?: AbortSignal | undefined;
}

/** Feedback on a reply, besides its options. */
export interface Judgement {
  /** A comment, where the application asks for one. */
  comment?: string | undefined;
}

/** A conversation: each turn has the history before it, and waits for the turn before it. */
export interface Conversation {
  /** Its id on the server. */
  readonly id: string;
  /** Its messages, as far as this client knows them. */
  readonly messages: readonly Message[];
  /** Send a message. Await the answer, or iterate it for its text as it arrives. */
  ask(text: string, options?: AskOptions): Answer;
  /** Ask for another answer to the last message; the first one stays as another version. */
  retry(options?: Omit<AskOptions, 'files'>): Answer;
  /** Follow the reply that is being written, also for another client. Throws `NotFoundError` when there is none. */
  follow(options?: Pick<AskOptions, 'signal'>): Answer;
  /** Read the conversation from the server; this happens by itself before the first turn of one with a given id. */
  load(): Promise<void>;
  /** Remove the last exchange; a reply that is being written is stopped. */
  undo(): Promise<void>;
  /** Replace the feedback on the last reply; without options and comment, it is removed. */
  judge(options?: string | readonly string[], judgement?: Judgement): Promise<void>;
  /** Give it another title in the list of kept conversations; an empty one brings the automatic title back. */
  rename(title: string): Promise<void>;
  /** Put it before the others in the list of kept conversations, or no longer. */
  pin(isPinned?: boolean): Promise<void>;
  /** Return it as a document: `json` with all branches, `markdown` or `html` with the current one. */
  export(format?: 'json' | 'markdown' | 'html'): Promise<string>;
  /** Have the server forget the conversation and its files. */
  delete(): Promise<void>;
}

/** The parts of the client that a conversation uses. */
export interface ConversationSource {
  core: Core;
  chat: string;
  id: string | undefined;
  uploadAll: (files: readonly FileSource[], signal: AbortSignal) => Promise<FileRef[]>;
  inputs: (given: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<Record<string, unknown>>;
  read: (url: string) => Promise<Blob>;
}

const never = new AbortController().signal;

/** Return a new conversation, or the one with an id. */
export function createConversation(source: ConversationSource): Conversation {
  const { core, chat, id: known, read } = source;
  const id = known ?? newId('conv');
  const store = createMessageStore(core, id, known !== undefined);
  /** Resolves when the last answer has ended. */
  let before: Promise<void> = Promise.resolve();

  /** Start an answer when the one before has ended. */
  function begin(prepare: (signal: AbortSignal) => Promise<PreparedTurn>, signal: AbortSignal | undefined): Answer {
    const previous = before;
    let prepared: PreparedTurn | undefined;
    let finish = () => {};
    before = new Promise((resolve) => (finish = resolve));
    return createAnswer({
      signal,
      cancel: core.cancel,
      begin: async (wanted) => {
        await previous;
        wanted.throwIfAborted();
        prepared = await prepare(wanted);
        return prepared.stream;
      },
      onEnd(reply, entries) {
        if (prepared) store.addReply(prepared.path, reply, entries);
        finish();
      },
    });
  }

  const ask = (text: string | undefined, options: AskOptions) =>
    begin(async (wanted) => {
      await store.loadOnce(wanted);
      return await prepareTurn(source, id, store.messages(), text, options, wanted);
    }, options.signal);

  async function judge(options: string | readonly string[] = [], { comment = '' }: Judgement = {}): Promise<void> {
    await before;
    await store.loadOnce(never);
    const messages = store.messages();
    const reply = messages.findLast(({ message }) => message.role === 'assistant');
    if (!reply) throw new SalonError('feedback.none', 'There is no reply yet. Ask something first.');
    const chosen = typeof options === 'string' ? [options] : [...options];
    await typed(core.sendFeedback(id, { message: reply.id, options: chosen, comment, chat }, () => copyOf(messages)));
  }

  return {
    id,
    get messages() {
      return store.messages().map(({ message }) => message);
    },
    ask: (text, options = {}) => ask(text, options),
    retry: (options = {}) => ask(undefined, options),
    follow: ({ signal } = {}) =>
      begin(async () => {
        const run = await store.load();
        if (!run) throw new NotFoundError('run.unknown', 'No reply is being written in this conversation.');
        return { stream: core.follow(run, never), path: [...store.messages()] };
      }, signal),
    load: async () => void (await store.load()),
    async undo() {
      await typed(core.undo(id));
      await before;
      store.undo();
    },
    judge,
    async rename(title) {
      await typed(core.change(id, { title }));
    },
    async pin(isPinned = true) {
      await typed(core.change(id, { is_pinned: isPinned }));
    },
    export: async (format = 'json') => await (await read(core.exportAddress(id, format))).text(),
    async delete() {
      await typed(core.remove(id));
      store.clear();
    },
  };
}

/** A turn that is sent, and the messages that the reply to it follows. */
interface PreparedTurn {
  stream: TurnStream;
  path: StoredMessage[];
}

/** Send a message with `text` at the end of a conversation, or ask for another answer to its last one. */
async function prepareTurn(
  { core, chat, uploadAll, inputs: valuesOf }: ConversationSource,
  conversation: string,
  messages: readonly StoredMessage[],
  text: string | undefined,
  { files = [], inputs = {} }: AskOptions,
  signal: AbortSignal,
): Promise<PreparedTurn> {
  const path = [...messages];
  if (text === undefined) while (path.length > 0 && path.at(-1)?.message.role !== 'user') path.pop();
  const copy = copyOf(path);
  const parent = path.at(-1)?.id ?? null;
  const turn: TurnRequest = { id: newId('turn'), conversation, parent, chat, inputs: await valuesOf(inputs, signal) };
  if (text !== undefined) {
    const uploaded = await uploadAll(files, signal);
    const id = newId('msg');
    turn.message = { id, text, files: uploaded.map((file) => file.id) };
    path.push(storedOf({ id, parent, message: userMessage(text, uploaded), created_at: Date.now() / 1000 }));
  }
  signal.throwIfAborted();
  return { stream: core.send(turn, () => copy, never), path };
}

/** A user's message with text, files or both. */
function userMessage(text: string, files: readonly FileRef[]): Message {
  const texts = text || files.length === 0 ? [{ type: 'text' as const, text }] : [];
  return { role: 'user', parts: [...texts, ...files.map((file) => ({ type: 'file' as const, file }))] };
}
