import { ProblemError, type Client, type TurnStream } from '@salon/client';
import type { ConversationView, Entry, Message, RunEvent, StoredMessage, TurnRequest } from '@salon/protocol';
import { expect, test, vi } from 'vitest';
import { createConversation, createSavedCopy, safeStorage, type SafeStorage } from '../src';
import { memoryStorage } from './memory-storage';

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

function refusal(status: number, code: string): ProblemError {
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

function setUp({ storage = memoryStorage(), view, path, isFull = false, opinions = {} }: SetUp = {}) {
  const judged: string[][] = [];
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
      judged.push(options);
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
  return { judged, likes, refusals, conversation, turns, copies, pipes, cancelled, saved, storage };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

function answer(id: string, text: string): RunEvent[] {
  return [
    { type: 'run-start', run: 'run-00000001' },
    { type: 'message-start', id },
    { type: 'part-start', value: { type: 'text', text } },
    { type: 'part-end' },
    { type: 'message-end' },
    { type: 'run-end' },
  ];
}

async function exchange(page: ReturnType<typeof setUp>, question: string, id: string): Promise<void> {
  page.conversation.send(question);
  await settle();
  page.pipes.at(-1)?.push(...answer(id, `answer to ${question}`));
  await settle();
}

test('a message is shown before the server has answered, and confirmed by run-start', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();

  expect(page.conversation.get().messages).toMatchObject([{ isUnsent: true, parent: null }]);
  page.pipes[0]?.push({ type: 'run-start', run: 'run-00000001' });
  await settle();
  expect(page.conversation.get().messages[0]).not.toHaveProperty('isUnsent');
});

test('an example shows the files that the server added to it, and names its number again when it has to be sent anew', async () => {
  const page = setUp();
  const file = { id: 'file-1', name: 'cat.png', media_type: 'image/png', size_bytes: 3 };
  const message: Message = {
    role: 'user',
    parts: [
      { type: 'text', text: 'Look' },
      { type: 'file', file },
    ],
  };
  page.conversation.send('Look', 2);
  await settle();
  page.pipes[0]?.fail(refusal(429, 'queue.full'));
  await settle();
  page.conversation.retry();
  await settle();
  page.pipes[1]?.push({ type: 'run-start', run: 'run-00000001', message });
  await settle();

  expect(page.turns.map(({ example, message: sent }) => [example, sent?.text])).toEqual([
    [2, 'Look'],
    [2, 'Look'],
  ]);
  expect(page.conversation.get().messages.map((shown) => shown.message)).toEqual([message]);
  expect(page.saved.load()?.messages[0]).not.toHaveProperty('example');
});

test('a finished reply joins the path and is saved', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');

  const { messages, live } = page.conversation.get();
  expect(live).toBeUndefined();
  expect(messages.map(({ id, parent }) => [id, parent])).toEqual([
    [page.turns[0]?.message?.id, null],
    ['msg-a', page.turns[0]?.message?.id],
  ]);
  expect(page.saved.load()?.messages).toHaveLength(2);
});

test('the next turn follows the last message and carries no history', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  await exchange(page, 'More', 'msg-b');

  expect(page.turns[1]?.parent).toBe('msg-a');
  expect(page.turns[1]).not.toHaveProperty('copy');
  expect(page.copies[1]?.().map(({ id }) => id)).toEqual([page.turns[0]?.message?.id, 'msg-a']);
});

test('stopping freezes what is shown at once and keeps what the server ends with', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();
  const events = answer('msg-a', 'One');
  page.pipes[0]?.push(...events.slice(0, 3));
  await settle();
  page.conversation.stop();
  page.pipes[0]?.push({ type: 'part-delta', text: ' two' });
  await settle();

  expect(page.cancelled).toEqual([3]);
  expect(page.conversation.get().live).toMatchObject({
    isStopped: true,
    reply: { messages: [{ parts: [{ text: 'One' }] }] },
  });
  page.pipes[0]?.push(
    { type: 'part-truncate', length: 3 },
    { type: 'part-end' },
    { type: 'message-end' },
    { type: 'run-end', status: 'cancelled' },
  );
  await settle();
  expect(page.conversation.get().messages[1]?.message).toMatchObject({ status: 'cancelled', parts: [{ text: 'One' }] });
});

test('stopping before run-start cancels the run as soon as it is known', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();
  page.conversation.stop();
  page.pipes[0]?.push({ type: 'run-start', run: 'run-00000001' });
  await settle();

  expect(page.cancelled).toEqual([1]);
});

test('a retry is another version of the answer', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  page.conversation.retry();
  await settle();
  page.pipes[1]?.push(...answer('msg-b', 'again'));
  await settle();

  expect(page.turns[1]).toMatchObject({ parent: page.turns[0]?.message?.id, message: null });
  expect(page.conversation.get().messages[1]).toMatchObject({ id: 'msg-b', versions: ['msg-a', 'msg-b'] });
});

test('an edit is another version of the question, with the same parent', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  await exchange(page, 'More', 'msg-b');
  const edited = page.turns[1]?.message?.id ?? '';
  page.conversation.edit(edited, 'Less');
  await settle();

  expect(page.turns[2]).toMatchObject({ parent: 'msg-a', message: { text: 'Less' } });
  expect(page.conversation.get().messages.at(-1)?.versions).toEqual([edited, page.turns[2]?.message?.id]);
});

test('undo works on the saved copy when the server has lost the conversation', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');

  expect(await page.conversation.undo()).toEqual({ text: 'Hi', files: [] });
  expect(page.conversation.get().messages).toEqual([]);
});

test('a refused turn keeps the message, and a retry sends it again under a new turn', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();
  page.pipes[0]?.fail(refusal(429, 'queue.full'));
  await settle();

  expect(page.conversation.get()).toMatchObject({ live: undefined, ending: { failure: { code: 'queue.full' } } });
  page.conversation.retry();
  await settle();
  expect(page.turns[1]?.message).toEqual(page.turns[0]?.message);
  expect(page.turns[1]?.id).not.toBe(page.turns[0]?.id);
});

test('a run that fails without a word leaves its failure behind the question', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();
  const failure = { code: 'function.failed', message: 'x' };
  page.pipes[0]?.push({ type: 'run-start', run: 'run-00000001' }, { type: 'run-end', status: 'error', failure });
  await settle();

  expect(page.conversation.get().ending).toMatchObject({ status: 'error', failure });
});

test('a page that is opened again shows the saved copy when the server has lost it', async () => {
  const first = setUp();
  await exchange(first, 'Hi', 'msg-a');
  const second = setUp({ storage: first.storage });
  await second.conversation.restore();

  expect(second.conversation.get()).toMatchObject({ id: first.conversation.get().id, messages: [{}, { id: 'msg-a' }] });
});

test('a page that is opened again picks up the running reply', async () => {
  const first = setUp();
  await exchange(first, 'Hi', 'msg-a');
  const { id, messages } = first.conversation.get();
  const view = { id, messages: messages.slice(0, 1), run: { id: 'run-00000001', answers: messages[0]?.id ?? '' } };
  const second = setUp({ storage: first.storage, view });
  await second.conversation.restore();
  second.pipes[0]?.push(...answer('msg-b', 'from the run'));
  await settle();

  expect(second.conversation.get().messages.map((message) => message.id)).toEqual([messages[0]?.id, 'msg-b']);
});

test('a message that was never confirmed is sent again with its turn after a reload', async () => {
  const first = setUp();
  first.conversation.send('Hi');
  await settle();
  const second = setUp({ storage: first.storage });
  void second.conversation.restore();
  await settle();

  expect(second.turns).toEqual(first.turns);
});

test('clearing begins another conversation and forgets the copy', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  const { id } = page.conversation.get();
  page.conversation.clear();

  expect(page.conversation.get()).toMatchObject({ messages: [] });
  expect(page.conversation.get().id).not.toBe(id);
  expect(page.saved.load()).toBeUndefined();
});

test.each(['missing', 'full', 'corrupt'])('the chat works with %s storage', async (kind) => {
  const broken = {
    missing: () => {
      throw new DOMException('denied', 'SecurityError');
    },
    full: () =>
      ({
        getItem: () => null,
        setItem: vi.fn(() => {
          throw new DOMException('full', 'QuotaExceededError');
        }),
        removeItem: () => {},
      }) as unknown as Storage,
    corrupt: () =>
      ({ getItem: () => '{"id": 7, "messages": "x', setItem: () => {}, removeItem: () => {} }) as unknown as Storage,
  }[kind];
  const page = setUp({ storage: safeStorage(broken ?? (() => localStorage)) });
  await page.conversation.restore();
  await exchange(page, 'Hi', 'msg-a');

  expect(page.conversation.get().messages).toHaveLength(2);
});

function longPath(count: number): ConversationView['messages'] {
  return Array.from({ length: count }, (_, number) => ({
    id: `message-${number}`,
    parent: number === 0 ? null : `message-${number - 1}`,
    created_at: number,
    message: { role: number % 2 ? 'assistant' : 'user', parts: [{ type: 'text', text: `${number}` }] },
  }));
}

const openLong = (count: number) => openPath(longPath(count));

async function openPath(path: ConversationView['messages']) {
  const storage = memoryStorage();
  createSavedCopy(storage, 'copy', (callback) => callback()).save({
    id: 'conv-long',
    messages: path.slice(-10).map(stored),
  });
  const page = setUp({ storage, path });
  await page.conversation.restore();
  return page;
}

const stored = ({ id, parent, created_at, message }: ConversationView['messages'][number]): StoredMessage => ({
  id,
  created_at,
  message,
  parent: parent ?? null,
});

test('a long conversation is loaded page by page, or all of it', async () => {
  const { conversation } = await openLong(1000);
  expect(conversation.get().messages).toHaveLength(50);
  await conversation.loadEarlier();
  expect(conversation.get().messages).toHaveLength(100);
  await conversation.loadAll();

  expect(conversation.get().messages.map(({ id }) => id)).toEqual(longPath(1000).map(({ id }) => id));
  expect(conversation.get().hasEarlier).toBe(false);
});

test('loading twice at a time adds nothing twice', async () => {
  const { conversation } = await openLong(300);
  await Promise.all([conversation.loadEarlier(), conversation.loadAll(), conversation.loadEarlier()]);

  expect(conversation.get().messages).toHaveLength(300);
});

test('what was loaded before stays when the end is read anew', async () => {
  const { conversation } = await openLong(300);
  await conversation.loadAll();
  await conversation.refreshFrom(conversation.get().id);

  expect(conversation.get().messages).toHaveLength(300);
  expect(conversation.get().hasEarlier).toBe(false);
});

test('a saved copy that lacks the beginning does not hide that there is more', async () => {
  const path = longPath(400);
  const storage = memoryStorage();
  createSavedCopy(storage, 'copy', (callback) => callback()).save({
    id: 'conv-long',
    messages: path.slice(-200).map(stored),
  });
  const { conversation } = setUp({ storage, path });
  await conversation.restore();
  expect(conversation.get().messages).toHaveLength(200);
  expect(conversation.get().hasEarlier).toBe(true);
  await conversation.loadAll();

  expect(conversation.get().messages.map(({ id }) => id)).toEqual(path.map(({ id }) => id));
  expect(conversation.get().hasEarlier).toBe(false);
});

test('of a long conversation, a server that lost it gets the end', async () => {
  const { conversation, copies } = await openLong(500);
  await conversation.loadAll();
  conversation.send('and?');
  await settle();

  expect(copies[0]?.().map(({ id }) => id)).toEqual(
    longPath(500)
      .slice(-200)
      .map(({ id }) => id),
  );
});

test.each(['x', '好'])(
  'of a large conversation of %s, a server that lost it gets as much as it takes',
  async (character) => {
    const text = character.repeat(character === 'x' ? 300_000 : 100_000);
    const path = longPath(20).map((each) => ({
      ...each,
      message: { ...each.message, parts: [{ type: 'text' as const, text }] },
    }));
    const { conversation, copies } = await openPath(path);
    conversation.send('and?');
    await settle();

    expect(copies[0]?.().map(({ id }) => id)).toEqual(['message-17', 'message-18', 'message-19']);
  },
);

test('messages sent before the server has ended a stopped reply follow one another', async () => {
  const { conversation, turns, pipes } = setUp();
  conversation.send('first');
  await settle();
  pipes[0]?.push({ type: 'run-start', run: 'run-1', conversation: 'c', answers: 'm', protocol: 1 });
  await settle();
  conversation.stop();
  conversation.send('second');
  conversation.send('third');
  await settle();
  expect(turns).toHaveLength(1);
  pipes[0]?.push({ type: 'run-end', status: 'cancelled' });
  await settle();
  expect(turns.map(({ message }) => message?.text)).toEqual(['first', 'second']);
  pipes[1]?.push(...answer('answer-2', 'two'));
  await settle();

  expect(turns.map(({ message }) => message?.text)).toEqual(['first', 'second', 'third']);
  expect(JSON.stringify(conversation.get().messages)).toContain('"two"');
});

test('what waits to be sent does not go into a conversation that was begun meanwhile', async () => {
  const { conversation, turns } = setUp();
  conversation.send('first');
  await settle();
  conversation.stop();
  conversation.send('second');
  conversation.clear();
  await settle();

  expect(turns).toHaveLength(1);
  expect(conversation.get().messages).toEqual([]);
});

test('an edit may keep some of the files, and nothing but files', async () => {
  const page = setUp();
  const file = (id: string) => ({ id, name: `${id}.png`, media_type: 'image/png', size_bytes: 3 });
  page.conversation.send('', undefined, [file('a'), file('b')]);
  await settle();
  page.pipes[0]?.push(...answer('msg-a', 'Two'));
  await settle();
  page.conversation.edit(page.turns[0]?.message?.id ?? '', '', [file('b')]);
  await settle();

  expect(page.turns[1]?.message).toMatchObject({ text: '', files: ['b'] });
  expect(page.conversation.get().messages[0]?.message.parts).toEqual([{ type: 'file', file: file('b') }]);
});

test('what the reader thinks of a reply is shown at once, kept in order, and told as events', async () => {
  const page = setUp();
  await exchange(page, 'one', 'answer-1');
  page.conversation.setFeedback('answer-1', { options: ['Like'] });
  page.conversation.setFeedback('answer-1', { options: ['Spam', 'Like'] });
  page.conversation.setFeedback('answer-1', { options: [] });
  expect(page.conversation.get().messages.at(-1)).not.toHaveProperty('feedback');
  await settle();

  expect(page.judged).toEqual([['Like'], ['Spam', 'Like'], []]);
  expect(page.likes).toMatchObject([
    { index: 1, liked: true },
    { index: 1, liked: 'Spam' },
    { index: 1, liked: null },
  ]);
});

test('what the server could not keep is not shown as kept, and is said', async () => {
  const page = setUp({ isFull: true });
  await exchange(page, 'one', 'answer-1');
  page.conversation.setFeedback('answer-1', { options: ['Like'] });
  expect(page.conversation.get().messages.at(-1)).toMatchObject({ feedback: { options: ['Like'] } });
  await settle();

  expect(page.conversation.get().messages.at(-1)).not.toHaveProperty('feedback');
  expect(page.refusals).toHaveLength(1);
  expect(page.likes).toEqual([]);
});

test('a server that has lost the conversation still knows what its reader thought of it', async () => {
  const { storage, conversation, ...page } = setUp();
  await exchange({ storage, conversation, ...page }, 'one', 'answer-1');
  const again = setUp({ storage, opinions: { 'answer-1': { options: ['Dislike'] } } });
  await again.conversation.restore();

  expect(again.conversation.get().messages.at(-1)).toMatchObject({ feedback: { options: ['Dislike'] } });
});

const said = (role: 'user' | 'assistant', text: string): Message => ({ role, parts: [{ type: 'text', text }] });

test('a function of the page begins another conversation, which may grow, and whose first turn carries it', async () => {
  const page = setUp();
  await exchange(page, 'hello', 'msg-answer01');
  const before = page.conversation.get().id;
  page.conversation.prefill([said('assistant', 'One')]);
  const { id, messages } = page.conversation.get();
  page.conversation.prefill([said('assistant', 'One two')]);

  expect(id).not.toBe(before);
  expect(page.conversation.get().id).toBe(id);
  expect(page.conversation.get().messages.map((shown) => shown.id)).toEqual(messages.map((shown) => shown.id));

  await exchange(page, 'three', 'msg-answer02');
  expect(page.turns.at(-1)).toMatchObject({
    conversation: id,
    parent: messages[0]?.id,
    copy: [{ message: said('assistant', 'One two') }],
  });
  await exchange(page, 'four', 'msg-answer03');
  expect(page.turns.at(-1)?.copy).toBeUndefined();
});

test('what a function of the page says is no news when it is shown already, and nothing empties the conversation', async () => {
  const page = setUp();
  await exchange(page, 'hello', 'msg-answer01');
  const { id, messages } = page.conversation.get();
  page.conversation.prefill(messages.map(({ message }) => message));
  expect(page.conversation.get().id).toBe(id);

  page.conversation.prefill([]);
  expect(page.conversation.get()).toMatchObject({ messages: [] });
  expect(page.conversation.get().id).not.toBe(id);
});
