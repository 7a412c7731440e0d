import { ProblemError, type Client, type TurnStream } from '@salon/client';
import type { ConversationView, Entry, RunEvent, StoredMessage, TurnRequest } from '@salon/protocol';
import { createConversation, createSavedCopy, memoryStorage, type SafeStorage } from '../src';

/** A stream that the test feeds. */
function pipe() {
  const waiting: (() => void)[] = [];
  const batches: (Entry[] | Error | undefined)[] = [];
  let number = 0;
  const wake = () => waiting.splice(0).forEach((resolve) => resolve());
  return {
    push(...events: RunEvent[]) {
      batches.push(events.map((event) => ({ number: ++number, event })));
      wake();
    },
    fail(error: Error) {
      batches.push(error);
      wake();
    },
    async *stream(): TurnStream {
      while (true) {
        while (batches.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
        const batch = batches.shift();
        if (batch instanceof Error) throw batch;
        if (!batch) return;
        yield batch;
        if (batch.at(-1)?.event.type === 'run-end') return;
      }
    },
  };
}

export function refusal(status: number, code: string): ProblemError {
  return new ProblemError({ status, code, title: code, detail: code }, undefined);
}

interface SetUp {
  storage?: SafeStorage;
  view?: ConversationView;
  /** The server's whole path, given out in pages as it is asked for. */
  path?: ConversationView['messages'];
  /** The server has no room for feedback. */
  isFull?: boolean;
  /** What the reader said of messages that the server has lost. */
  opinions?: Record<string, { options: string[] }>;
}

export function setUp({ storage = memoryStorage(), view, path, isFull = false, opinions = {} }: SetUp = {}) {
  const sentFeedback: string[][] = [];
  const likes: unknown[] = [];
  const refusals: unknown[] = [];
  const turns: TurnRequest[] = [];
  const copies: (() => StoredMessage[])[] = [];
  const pipes: ReturnType<typeof pipe>[] = [];
  const cancelled: number[] = [];
  const open = () => {
    const next = pipe();
    pipes.push(next);
    return next.stream();
  };
  const lost = () => Promise.reject(refusal(404, 'conversation.unknown'));
  const client: Client = {
    send(turn, copy) {
      turns.push(turn);
      copies.push(copy);
      return open();
    },
    call: lost as never,
    follow: open,
    cancel: async (_run, seen) => void cancelled.push(seen),
    conversation(id, { before, limit = 50 } = {}) {
      if (!path) return view ? Promise.resolve(view) : lost();
      const end = before === undefined ? path.length : path.findIndex((message) => message.id === before);
      const start = Math.max(0, end - limit);
      return Promise.resolve({ id, messages: path.slice(start, end), earlier: start > 0 });
    },
    watch: lost as never,
    undo: lost,
    switchTo: lost,
    remove: async () => {},
    sendFeedback(_id, feedback) {
      const { message, options = [], comment = '' } = feedback;
      sentFeedback.push(options);
      return isFull
        ? Promise.reject(refusal(507, 'feedback.no-room'))
        : Promise.resolve({ message, feedback: { options, comment } });
    },
    feedback: () => Promise.resolve({ feedback: opinions }),
    upload: () => Promise.reject(new TypeError('scripted')),
    removeFile: async () => {},
    endpoints: lost as never,
    conversations: lost,
    change: lost,
    adopt: lost,
    importConversations: lost,
    readDocuments: lost,
    writeDocument: lost,
    shareCopy: lost,
    share: lost,
    shares: lost,
    revoke: lost,
    shared: lost,
    continueShare: lost,
    exportAddress: (id) => id,
  };
  const saved = createSavedCopy(storage, 'copy', (callback) => callback());
  const conversation = createConversation({
    client,
    saved,
    schedule: (callback) => callback(),
    pause: async () => {},
    isOffline: () => false,
    now_s: () => 1000,
    onNotice: () => {},
    onOutput: () => {},
    chat: 'chat',
    inputs: () => ({}),
    onServerChange: () => {},
    asksFeedback: true,
    onLike: (event) => likes.push(event),
    onRefused: (error) => refusals.push(error),
  });
  return { sentFeedback, likes, refusals, conversation, turns, copies, pipes, cancelled, saved, storage };
}

export const settle = () => new Promise((resolve) => setTimeout(resolve));

export function answer(id: string, text: string): RunEvent[] {
  return [
    { type: 'run-start', run: 'run-00000001' },
    { type: 'message-start', id },
    { type: 'part-start', value: { type: 'text', text } },
    { type: 'part-end' },
    { type: 'message-end' },
    { type: 'run-end' },
  ];
}

export async function exchange(page: ReturnType<typeof setUp>, question: string, id: string): Promise<void> {
  page.conversation.send(question);
  await settle();
  page.pipes.at(-1)?.push(...answer(id, `answer to ${question}`));
  await settle();
}
