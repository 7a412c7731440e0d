import type { Entry, RunEvent, StoredMessage, TurnRequest } from '@salon/protocol';
import { describe, expect, test } from 'vitest';
import { createClient, newId, ProblemError, type TurnStream } from '../src';
import { backoff } from '../src/backoff';
import { problem, scriptedServer, silentStream, stream } from './scripted-server';

const turn: TurnRequest = {
  id: 'turn-00000001',
  conversation: 'conv-00000001',
  message: { id: 'msg-00000001', text: 'Hi' },
};
const events: RunEvent[] = [
  { type: 'run-start', run: 'run-00000001' },
  { type: 'message-start', id: 'msg-10000000' },
  { type: 'part-start', value: { type: 'text', text: 'Pa' } },
  { type: 'part-delta', text: 'ris' },
  { type: 'part-end' },
  { type: 'message-end' },
  { type: 'run-end' },
];

const never = new AbortController().signal;
const noCopy = () => [];

async function collect(entries: TurnStream): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const batch of entries) all.push(...batch);
  return all;
}

test('a turn is one request, relative to where the page is mounted', async () => {
  const { transport, calls } = scriptedServer([stream(events)]);

  const entries = await collect(createClient(transport).send(turn, noCopy, never));

  expect(entries.map(({ event }) => event)).toEqual(events);
  expect(calls).toEqual([{ method: 'POST', path: '/deep/chat/api/turns', body: turn }]);
});

describe.each([true, false])('a connection that ends before run-end (with an error: %s)', (cut) => {
  test.each(events.map((_, index) => index))('after %i events loses and repeats nothing', async (count) => {
    const { transport, calls } = scriptedServer([
      stream(events.slice(0, count), { cut }),
      'unreachable',
      stream(events.slice(count), { first: count + 1 }),
    ]);

    const entries = await collect(createClient(transport).send(turn, noCopy, never));

    expect(entries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const pickup = count === 0 ? '/deep/chat/api/turns' : `/deep/chat/api/runs/run-00000001/events?after=${count}`;
    expect(calls.map(({ path }) => path)).toEqual(['/deep/chat/api/turns', pickup, pickup]);
  });
});

test('a stream that was open when the network went away is picked up on a new connection', async () => {
  const { transport, links, goOffline } = scriptedServer([
    (_, signal) => silentStream(events.slice(0, 4), signal),
    stream(events.slice(4), { first: 5 }),
  ]);

  const numbers: number[] = [];
  for await (const batch of createClient(transport).send(turn, noCopy, never)) {
    numbers.push(...batch.map(({ number }) => number));
    if (numbers.length === 4) goOffline();
  }

  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(links).toEqual(['online', 'lost', 'online']);
});

test('entries that come a second time are dropped', async () => {
  const { transport } = scriptedServer([stream(events.slice(0, 4), { cut: true }), stream(events)]);

  const entries = await collect(createClient(transport).send(turn, noCopy, never));

  expect(entries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('a server that lost the conversation gets the turn again with the copy', async () => {
  const copy: StoredMessage[] = [{ id: 'msg-00000000', message: { role: 'user' }, created_at: 1 }];
  const { transport, calls } = scriptedServer([problem(409, 'conversation.unknown'), stream(events)]);

  await collect(createClient(transport).send(turn, () => copy, never));

  expect(calls.map(({ body }) => body)).toEqual([turn, { ...turn, copy }]);
});

test('where not even the last message fits into a copy, the conversation begins anew', async () => {
  const { transport, calls } = scriptedServer([problem(409, 'conversation.unknown'), stream(events)]);

  await collect(createClient(transport).send({ ...turn, parent: 'msg-00000000' }, noCopy, never));

  expect(calls[1]?.body).toMatchObject({ copy: [], parent: null });
});

test('a copy that is refused as well is an error, not a loop', async () => {
  const { transport } = scriptedServer([problem(409, 'conversation.unknown'), problem(409, 'conversation.unknown')]);

  await expect(collect(createClient(transport).send(turn, noCopy, never))).rejects.toThrow(ProblemError);
});

test('a stopping server is asked again, a full queue is an error', async () => {
  const { transport, links } = scriptedServer([problem(503, 'server.stopping'), problem(429, 'queue.full')]);

  const sending = collect(createClient(transport).send(turn, noCopy, never));

  await expect(sending).rejects.toMatchObject({ problem: { code: 'queue.full' } });
  expect(links).toEqual(['stopping', 'online']);
});

test('the link is reported lost and back', async () => {
  const { transport, links } = scriptedServer(['unreachable', stream(events)]);

  await collect(createClient(transport).send(turn, noCopy, never));

  expect(links).toEqual(['lost', 'online']);
});

test('a transport that waits no longer ends the attempts, and hears how many brought nothing', async () => {
  const { transport, calls } = scriptedServer([
    'unreachable',
    stream(events.slice(0, 2)),
    'unreachable',
    'unreachable',
  ]);
  const waits: number[] = [];
  const wait = async (_milliseconds: number, _signal: AbortSignal, failures: number) => {
    waits.push(failures);
    if (failures > 2) throw new Error('lost');
  };

  await expect(collect(createClient({ ...transport, wait }).send(turn, noCopy, never))).rejects.toThrow('lost');
  expect(waits).toEqual([1, 1, 2, 3]);
  expect(calls).toHaveLength(4);
});

test('an aborted send ends quietly', async () => {
  const abort = new AbortController();
  const { transport } = scriptedServer([
    () => {
      abort.abort();
      throw new DOMException('aborted', 'AbortError');
    },
  ]);

  expect(await collect(createClient(transport).send(turn, noCopy, abort.signal))).toEqual([]);
});

test('stopping is tried again until the server has heard it', async () => {
  const { transport, calls } = scriptedServer(['unreachable', new Response(null, { status: 202 })]);

  await createClient(transport).cancel('run-00000001', 4);

  expect(calls.map(({ body }) => body)).toEqual([{ seen: 4 }, { seen: 4 }]);
});

test('an answer that is no problem document gets a code of its status', async () => {
  const { transport } = scriptedServer([new Response('<h1>Teapot</h1>', { status: 418 })]);

  await expect(createClient(transport).conversation('conv-00000001')).rejects.toMatchObject({
    problem: { code: 'http.418' },
  });
});

test('the pause between attempts grows to ten seconds', () => {
  expect([0, 1, 2, 9].map((failures) => backoff(failures, () => 1))).toEqual([250, 500, 1000, 10_000]);
});

test('identifiers are of the wire form and do not repeat', () => {
  expect(newId('turn')).toMatch(/^turn-[a-z2-7]{20}$/);
  expect(newId('msg')).not.toBe(newId('msg'));
});

const heads = (...ids: string[]) =>
  new Response(ids.map((head) => `data: ${JSON.stringify({ head })}\n\n`).join(''), {
    headers: { 'Content-Type': 'text/event-stream' },
  });

test('watching a conversation goes on after cuts, and tells nobody of them', async () => {
  const { transport, calls, links } = scriptedServer([
    heads('msg-1'),
    'unreachable',
    problem(503, 'server.stopping'),
    heads('msg-1', 'msg-2'),
  ]);
  const abort = new AbortController();
  const ids: string[] = [];
  for await (const head of createClient(transport).watch('conv-00000001', abort.signal)) {
    ids.push(head);
    if (head === 'msg-2') abort.abort();
  }

  expect(ids).toEqual(['msg-1', 'msg-1', 'msg-2']);
  expect(calls.map(({ path }) => path)).toEqual(Array(4).fill('/deep/chat/api/conversations/conv-00000001/changes'));
  expect(links).toEqual([]);
});

test('watching a conversation that is not there is refused', async () => {
  const { transport } = scriptedServer([problem(404, 'conversation.unknown')]);

  await expect(collect(createClient(transport).watch('conv-00000001', never) as never)).rejects.toThrow(ProblemError);
});
