import { copyOf, newId, type Client as Core } from '@salon/client';
import type { Entry, FileRef, Message, Reply, StoredMessage, TurnRequest } from '@salon/protocol';
import { createAnswer, type Answer } from './answer';
import { errorOf, typed } from './error-of';
import { NotFoundError, SalonError } from './errors';
import type { FileSource } from './file-source';

/** What goes with a message. */
export interface AskOptions {
  /** Contents, paths (in Node), or files that were uploaded before. */
  files?: readonly FileSource[] | undefined;
  /** Values of additional inputs, by the names of the function's parameters; a file is a `Blob` or was uploaded. */
  inputs?: Readonly<Record<string, unknown>> | undefined;
  /** Stops the reply when it is aborted; waiting for it ends at once. */
  signal?: AbortSignal | undefined;
}

/** What may be said of a reply. */
export interface Judgement {
  /** One's own words, where the application asks for them. */
  comment?: string | undefined;
}

/** A conversation: each turn knows what was said before, and waits for the one before it. */
export interface Conversation {
  /** What the server calls it. */
  readonly id: string;
  /** What was said so far, as this client saw it. */
  readonly messages: readonly Message[];
  /** Say something. Await the answer, or iterate it for its text as it comes. */
  ask(text: string, options?: AskOptions): Answer;
  /** Ask for another answer to what was said last, which the first stays beside. */
  retry(options?: Omit<AskOptions, 'files'>): Answer;
  /** Pick up the reply that is being written, whoever asked for it. Throws `NotFoundError` when there is none. */
  follow(options?: Pick<AskOptions, 'signal'>): Answer;
  /** Read what the server has of the conversation; it is done by itself before the first turn of one that has an id. */
  load(): Promise<void>;
  /** Take the last exchange back; what is being written is stopped. */
  undo(): Promise<void>;
  /** Say what one thinks of the last reply, in place of what was said before; nothing takes it back. */
  judge(options?: string | readonly string[], judgement?: Judgement): Promise<void>;
  /** Give it another title in the list of kept conversations; an empty one brings the automatic title back. */
  rename(title: string): Promise<void>;
  /** Put it before the others in the list of kept conversations, or no longer. */
  pin(isPinned?: boolean): Promise<void>;
  /** Return it as a document: `json` with all branches, `markdown` or `html` of what is shown. */
  export(format?: 'json' | 'markdown' | 'html'): Promise<string>;
  /** Have the server forget the conversation and its files. */
  delete(): Promise<void>;
}

/** What a conversation needs of its client. */
export interface ConversationSource {
  core: Core;
  chat: string;
  id: string | undefined;
  full: (files: readonly FileSource[], signal: AbortSignal) => Promise<FileRef[]>;
  inputs: (given: Readonly<Record<string, unknown>>, signal: AbortSignal) => Promise<Record<string, unknown>>;
  read: (url: string) => Promise<Blob>;
}

const never = new AbortController().signal;

/** Return a new conversation, or the one with an id. */
export function createConversation({
  core,
  chat,
  id: known,
  full,
  inputs: sent,
  read,
}: ConversationSource): Conversation {
  const id = known ?? newId('conv');
  let stored: StoredMessage[] = [];
  let isUnread = known !== undefined;
  let before: Promise<void> = Promise.resolve();

  /** Read the conversation; one that the server does not know stays what it was. Returns the run that goes on. */
  async function load(): Promise<string | undefined> {
    const messages: StoredMessage[] = [];
    let earlier = true;
    let run: string | undefined;
    while (earlier) {
      const first = messages[0]?.id;
      const view = await core.conversation(id, { limit: 200, ...(first && { before: first }) });
      messages.unshift(...view.messages.map(storedOf));
      earlier = view.earlier ?? false;
      if (!first) run = view.run?.id;
    }
    stored = messages;
    return run;
  }

  /** Read the conversation where that has to be done; a reply that is being written is waited for. */
  async function loadOnce(signal: AbortSignal): Promise<void> {
    if (!isUnread) return;
    try {
      const run = await typed(load());
      if (run) {
        for await (const _ of core.follow(run, signal));
        await typed(load());
      }
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw errorOf(error);
    }
    isUnread = false;
  }

  /** Start an answer when the one before has ended; `prepare` gives its stream and what comes before the reply. */
  function begin(prepare: (signal: AbortSignal) => Promise<Prepared>, signal: AbortSignal | undefined): Answer {
    const previous = before;
    let prepared: Prepared | undefined;
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
        if (prepared && reply) stored = withReply(prepared.path, reply, entries);
        // The server may have more of it than arrived here.
        else if (prepared) isUnread = true;
        finish();
      },
    });
  }

  function turn(text: string | undefined, { files = [], inputs = {}, signal }: AskOptions): Answer {
    return begin(async (wanted) => {
      await loadOnce(wanted);
      const path = [...stored];
      if (text === undefined) while (path.length > 0 && path.at(-1)?.message.role !== 'user') path.pop();
      const copy = copyOf(path);
      const parent = path.at(-1)?.id ?? null;
      const request: TurnRequest = {
        id: newId('turn'),
        conversation: id,
        parent,
        chat,
        inputs: await sent(inputs, wanted),
      };
      if (text !== undefined) {
        const uploaded = await full(files, wanted);
        const asked = storedOf({
          id: newId('msg'),
          parent,
          message: said(text, uploaded),
          created_at: Date.now() / 1000,
        });
        request.message = { id: asked.id, text, files: uploaded.map((file) => file.id) };
        path.push(asked);
      }
      wanted.throwIfAborted();
      return { stream: core.send(request, () => copy, never), path };
    }, signal);
  }

  function lastReply(): string {
    const reply = stored.findLast(({ message }) => message.role === 'assistant');
    if (!reply) throw new SalonError('feedback.none', 'There is no reply yet. Ask something first.');
    return reply.id;
  }

  return {
    id,
    get messages() {
      return stored.map(({ message }) => message);
    },
    ask: (text, options = {}) => turn(text, options),
    retry: (options = {}) => turn(undefined, options),
    follow: ({ signal } = {}) =>
      begin(async () => {
        const run = await typed(load());
        if (!run) throw new NotFoundError('run.unknown', 'No reply is being written in this conversation.');
        isUnread = false;
        return { stream: core.follow(run, never), path: [...stored] };
      }, signal),
    load: async () => {
      await typed(load());
      isUnread = false;
    },
    async undo() {
      await typed(core.undo(id));
      await before;
      if (isUnread) return;
      while (stored.length > 0 && stored.pop()?.message.role !== 'user');
    },
    async judge(options = [], { comment = '' } = {}) {
      await before;
      await loadOnce(never);
      const chosen = typeof options === 'string' ? [options] : [...options];
      await typed(
        core.sendFeedback(id, { message: lastReply(), options: chosen, comment, chat }, () => copyOf(stored)),
      );
    },
    async rename(title) {
      await typed(core.change(id, { title }));
    },
    async pin(isPinned = true) {
      await typed(core.change(id, { is_pinned: isPinned }));
    },
    export: async (format = 'json') => await (await read(core.exportAddress(id, format))).text(),
    async delete() {
      await typed(core.remove(id));
      stored = [];
    },
  };
}

interface Prepared {
  stream: ReturnType<Core['send']>;
  /** The messages that the reply follows. */
  path: StoredMessage[];
}

function said(text: string, files: readonly FileRef[]): Message {
  const texts = text || files.length === 0 ? [{ type: 'text' as const, text }] : [];
  return { role: 'user', parts: [...texts, ...files.map((file) => ({ type: 'file' as const, file }))] };
}

/** A message as copies have it, whatever else the server tells of it. */
function storedOf({ id, parent = null, message, created_at, signature }: StoredMessage): StoredMessage {
  return { id, parent, message, created_at, ...(signature && { signature }) };
}

function withReply(path: readonly StoredMessage[], reply: Reply, entries: readonly Entry[]): StoredMessage[] {
  const messages = [...path];
  const start = entries[0]?.event;
  const asked = messages.at(-1);
  if (asked && start?.type === 'run-start' && start.answers === asked.id) {
    const { message, signature } = start;
    messages[messages.length - 1] = { ...asked, ...(message && { message }), ...(signature && { signature }) };
  }
  for (const [index, message] of reply.messages.entries()) {
    const signature = reply.signatures?.[index];
    const parent = messages.at(-1)?.id ?? null;
    messages.push(
      storedOf({
        id: reply.ids[index] ?? '',
        parent,
        message,
        created_at: Date.now() / 1000,
        signature: signature ?? null,
      }),
    );
  }
  return messages;
}
