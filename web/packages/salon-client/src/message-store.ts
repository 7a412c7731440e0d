import type { Client as Core } from '@salon/client';
import type { Entry, Reply, StoredMessage } from '@salon/protocol';
import { errorOf, typed } from './error-of';
import { NotFoundError } from './errors';

/** The messages of a conversation, as the client knows them. */
export interface MessageStore {
  messages(): readonly StoredMessage[];
  /** Read the conversation; one that the server does not have stays as it is. Returns the run that is going on. */
  load(): Promise<string | undefined>;
  /** Read the conversation where the server may have more of it; a reply that is being written is waited for. */
  loadOnce(signal: AbortSignal): Promise<void>;
  /** Put a reply at the end of `path`; without a whole reply, the conversation has to be read again. */
  addReply(path: readonly StoredMessage[], reply: Reply | undefined, entries: readonly Entry[]): void;
  /** Remove the last user's message and the messages after it. */
  undo(): void;
  clear(): void;
}

/** Return the store of a conversation; `isUnread` where the server may have messages of it. */
export function createMessageStore(core: Core, id: string, isUnread: boolean): MessageStore {
  let stored: StoredMessage[] = [];

  async function load(): Promise<string | undefined> {
    const messages: StoredMessage[] = [];
    let hasEarlier = true;
    let run: string | undefined;
    while (hasEarlier) {
      const first = messages[0]?.id;
      const view = await typed(core.conversation(id, { limit: 200, ...(first && { before: first }) }));
      messages.unshift(...view.messages.map(storedOf));
      hasEarlier = view.earlier ?? false;
      if (!first) run = view.run?.id;
    }
    stored = messages;
    return run;
  }

  return {
    messages: () => stored,
    async load() {
      const run = await load();
      isUnread = false;
      return run;
    },
    async loadOnce(signal) {
      if (!isUnread) return;
      try {
        const run = await load();
        if (run) {
          for await (const _ of core.follow(run, signal));
          await load();
        }
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw errorOf(error);
      }
      isUnread = false;
    },
    addReply(path, reply, entries) {
      if (reply) stored = withReply(path, reply, entries);
      else isUnread = true;
    },
    undo() {
      if (isUnread) return;
      while (stored.length > 0 && stored.pop()?.message.role !== 'user');
    },
    clear() {
      stored = [];
    },
  };
}

/** A message with the fields that copies have, and no others. */
export function storedOf({ id, parent = null, message, created_at, signature }: StoredMessage): StoredMessage {
  return { id, parent, message, created_at, ...(signature && { signature }) };
}

/** The path with the signatures of its last message, and with the messages of a reply after it. */
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
