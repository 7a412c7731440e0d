import { newId } from '@salon/client';
import type { FileRef, NewMessage, TurnRequest } from '@salon/protocol';
import type { ConversationContext } from './conversation-context';
import type { ShownMessage } from './conversation-state';
import { pathBefore, pathUpTo, versionsOf } from './path';
import type { Runs } from './runs';
import { filesOf, turnRequest, userMessage } from './turn-request';

/** The user's messages on their way to the server. */
export interface Outbox {
  send(text: string, example?: number, files?: FileRef[]): void;
  edit(id: string, text: string, files?: FileRef[]): void;
  retry(userMessage?: string): void;
  /** Send a turn again during which the page was closed; the server knows its id if it ever arrived. */
  resend(turn: TurnRequest, message: NewMessage): void;
}

/** What goes with the text of a user's message. */
interface AskOptions {
  /** The message that it is another version of. */
  replaces?: ShownMessage;
  example?: number;
  /** Without them, a new version has the files of the old one. */
  files?: FileRef[];
}

/** Return the outbox of a conversation. */
export function createOutbox({ options, state, history, change }: ConversationContext, runs: Runs): Outbox {
  /** One message after the other: each waits for the reply before it, which its reader may have stopped just now. */
  let sending: Promise<void> = Promise.resolve();

  /** Put a user's message at the end of `path`, and ask for a reply to it. */
  function ask(path: ShownMessage[], text: string, { replaces, example, files }: AskOptions): void {
    const id = newId('msg');
    const versions = replaces?.isUnsent ? [] : versionsOf(replaces);
    const shown: ShownMessage = {
      id,
      parent: (replaces ? parentOf(replaces) : path.at(-1)?.id) ?? null,
      created_at: options.now_s(),
      message: userMessage(text, files ?? (replaces ? filesOf(replaces) : [])),
      isUnsent: true,
      ...(example !== undefined && { example }),
      ...(versions.length > 0 && { versions: [...versions, id] }),
    };
    change({ messages: [...path, shown] });
    void runs.send({ answers: id, versions: [], turn: turnRequest(options, state.get(), shown) });
  }

  /** The parent of a message as far as the server can have it: a browser's copy may lack the beginning. */
  function parentOf({ parent }: ShownMessage): string | null | undefined {
    const { messages, hasEarlier } = state.get();
    return hasEarlier || messages.some(({ id }) => id === parent) ? parent : null;
  }

  return {
    send(text, example, files = []) {
      const { id } = state.get();
      sending = sending.then(async () => {
        await runs.ended();
        if (state.get().id !== id) return;
        ask(state.get().messages, text, { files, ...(example !== undefined && { example }) });
      });
    },
    edit(id, text, files) {
      const { messages, live } = state.get();
      const replaces = messages.find((shown) => shown.id === id);
      if (replaces && !live) ask(pathBefore(messages, id), text, { replaces, ...(files && { files }) });
    },
    retry(userMessage) {
      const { messages, ending, live } = state.get();
      const user = messages.findLast(({ id, message }) =>
        userMessage === undefined ? message.role === 'user' : id === userMessage,
      );
      if (!user || live) return;
      const old = messages[messages.indexOf(user) + 1];
      const versions = old ? versionsOf(old) : (ending?.versions ?? []);
      change({ messages: pathUpTo(messages, user.id) });
      void runs.send({ answers: user.id, versions, turn: turnRequest(options, state.get(), user) });
    },
    resend(turn, { id, text = '' }) {
      const message: ShownMessage = {
        id,
        parent: turn.parent ?? null,
        created_at: options.now_s(),
        message: { role: 'user', parts: [{ type: 'text', text }] },
        isUnsent: true,
        ...(turn.example != null && { example: turn.example }),
      };
      change({ messages: [...history.upTo(turn.parent), message] });
      void runs.send({ answers: id, versions: [], turn });
    },
  };
}
