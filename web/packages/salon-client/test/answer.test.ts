import type { Entry, RunEvent } from '@salon/protocol';
import { expect, test } from 'vitest';
import type { TurnStream } from '@salon/client';
import { ReplyFailed } from '../src';
import { createAnswer } from '../src/answer';

const opening: RunEvent[] = [
  { type: 'run-start', run: 'run-00000001' },
  { type: 'message-start', id: 'msg-10000000' },
  { type: 'part-start', value: { type: 'text', text: 'Pa' } },
];
const delta = (text: string): RunEvent => ({ type: 'part-delta', text });
const end: RunEvent = { type: 'run-end' };
const cancelled: RunEvent = { type: 'run-end', status: 'cancelled' };

/** An answer whose events come when the test says so. */
function setUp(signal?: AbortSignal) {
  let say: (events: RunEvent[] | Error) => void = () => {};
  let next = new Promise<RunEvent[] | Error>((resolve) => (say = resolve));
  let number = 0;
  const cancels: [string, number][] = [];
  async function* stream(): TurnStream {
    while (true) {
      const events = await next;
      next = new Promise((resolve) => (say = resolve));
      if (events instanceof Error) throw events;
      yield events.map((event): Entry => ({ number: ++number, event }));
      if (events.at(-1)?.type === 'run-end') return;
    }
  }
  const answer = createAnswer({
    begin: async () => stream(),
    cancel: async (run, seen) => void cancels.push([run, seen]),
    signal,
  });
  return { answer, cancels, say: (...events: RunEvent[]) => say(events), fail: (error: Error) => say(error) };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('an answer that is waited for has all that was said', async () => {
  const { answer, say } = setUp();
  say(...opening, delta('ris'), end);

  expect(await answer).toMatchObject({ run: 'run-00000001', text: 'Paris', files: [], reply: { status: 'complete' } });
});

test('pieces of text come as they arrive, for everybody who reads', async () => {
  const { answer, say } = setUp();
  const pieces = answer[Symbol.asyncIterator]();
  say(...opening);
  expect((await pieces.next()).value).toBe('Pa');
  say(delta('ris'), end);

  expect(await collect(pieces)).toEqual(['ris']);
  expect(await collect(answer)).toEqual(['Paris']);
  expect((await answer).text).toBe('Paris');
});

test('thoughts are no text, and messages are set apart', async () => {
  const { answer, say } = setUp();
  say(
    { type: 'run-start', run: 'run-00000001' },
    { type: 'message-start', id: 'msg-10000000' },
    { type: 'part-start', value: { type: 'thought', title: 'Hm', text: 'It' } },
    delta(' might be'),
    { type: 'part-start', value: { type: 'text', text: 'Paris' }, part: 1 },
    { type: 'message-start', id: 'msg-10000001', message: 1 },
    { type: 'part-start', value: { type: 'text', text: 'Sure' }, message: 1 },
    end,
  );

  expect((await collect(answer)).join('')).toBe('Paris\n\nSure');
});

test('the messages of a reply come as they grow, with what has not changed kept', async () => {
  const { answer, say } = setUp();
  const replies = answer.replies();
  say(...opening);
  const first = (await replies.next()).value;
  say(delta('ris'), end);

  expect(first?.messages).toEqual([{ role: 'assistant', parts: [{ type: 'text', text: 'Pa' }] }]);
  expect((await collect(replies)).map(({ status }) => status)).toEqual(['complete']);
});

test('events come with their numbers', async () => {
  const { answer, say } = setUp();
  say(...opening, end);

  expect((await collect(answer.events())).map(({ number, event }) => [number, event.type])).toEqual([
    [1, 'run-start'],
    [2, 'message-start'],
    [3, 'part-start'],
    [4, 'run-end'],
  ]);
});

test('who stops reading does not stop the reply', async () => {
  const { answer, say, cancels } = setUp();
  say(...opening);
  for await (const _ of answer) break;
  say(delta('ris'), end);

  expect((await answer).text).toBe('Paris');
  expect(cancels).toEqual([]);
});

test('a reply that is cancelled keeps what the reader has seen', async () => {
  const { answer, say, cancels } = setUp();
  const pieces = answer[Symbol.asyncIterator]();
  say(...opening);
  await pieces.next();
  say(delta('ris'));
  await expect.poll(() => answer.text).toBe('Paris');
  await answer.cancel();
  say({ type: 'part-truncate', length: 2 }, cancelled);

  await expect(collect(pieces)).rejects.toMatchObject({ name: 'ReplyFailed', code: 'run.cancelled', text: 'Pa' });
  expect(cancels).toEqual([['run-00000001', 3]]);
});

test('what comes after a reply was cancelled is not shown', async () => {
  const { answer, say } = setUp();
  const pieces = answer[Symbol.asyncIterator]();
  say(...opening);
  await pieces.next();
  await answer.cancel();
  const next = pieces.next();
  say(delta('ris'));
  await expect.poll(() => answer.text).toBe('Paris');
  say({ type: 'part-truncate', length: 2 }, cancelled);

  await expect(next).rejects.toMatchObject({ code: 'run.cancelled', text: 'Pa' });
});

test('a reply that was cancelled too late is shown to its end', async () => {
  const { answer, say } = setUp();
  const pieces = answer[Symbol.asyncIterator]();
  say(...opening);
  await pieces.next();
  const cancelling = answer.cancel();
  say(delta('ris'), end);
  await cancelling;

  expect(await collect(pieces)).toEqual(['ris']);
});

test('a reply that is cancelled before its run has begun is stopped when it has', async () => {
  const { answer, say, cancels } = setUp();
  const cancelling = answer.cancel();
  say(...opening);
  await cancelling;
  say(cancelled);

  await expect(answer).rejects.toThrow(ReplyFailed);
  expect(cancels).toEqual([['run-00000001', 0]]);
});

test('cancelling a reply that has ended does nothing', async () => {
  const { answer, say, cancels } = setUp();
  say(...opening, end);
  await answer;
  await answer.cancel();

  expect(cancels).toEqual([]);
});

test('an aborted signal ends the waiting at once, and stops the reply', async () => {
  const abort = new AbortController();
  const { answer, say, cancels } = setUp(abort.signal);
  say(...opening);
  const reading = (async () => {
    for await (const _ of answer) abort.abort(new Error('enough'));
  })();

  await expect(reading).rejects.toThrow('enough');
  await expect(answer).rejects.toThrow('enough');
  expect(cancels).toEqual([['run-00000001', 3]]);
});

test('a failed reply says why, and what it had said', async () => {
  const { answer, say } = setUp();
  say(...opening, {
    type: 'run-end',
    status: 'error',
    failure: { code: 'function.error', message: 'Bad', title: 'Oh no' },
  });

  await expect(answer).rejects.toMatchObject({
    code: 'function.error',
    message: 'Bad',
    text: 'Pa',
    failure: { title: 'Oh no' },
  });
  await expect(collect(answer)).rejects.toThrow('Bad');
});

test('a stream that breaks for good is a lost connection', async () => {
  const { answer, say, fail } = setUp();
  say(...opening);
  await expect.poll(() => answer.text).toBe('Pa');
  fail(new TypeError('terminated'));

  await expect(answer).rejects.toMatchObject({
    name: 'ConnectionLost',
    code: 'client.lost',
    cause: { message: 'terminated' },
  });
});
