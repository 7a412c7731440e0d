import { expect, test } from 'vitest';
import { readEntries, type Entry } from '../src';

const stream = [
  'id: 1\ndata: {"type":"run-start","run":"run-00000001"}\n\n',
  ': keep-alive\n\n',
  'id: 2\ndata: {"type":"part-delta","text":"巴黎 🇫🇷"}\n\n',
  'id: 5\ndata: {"type":"run-end"}\n\n',
].join('');

function chunked(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

async function collect(text: string, size: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const batch of readEntries(chunked(new TextEncoder().encode(text), size))) entries.push(...batch);
  return entries;
}

test.each([1, 2, 3, 7, 64, 4096])('entries are whole however the bytes are cut (%i at a time)', async (size) => {
  const entries = await collect(stream, size);

  expect(entries.map(({ number }) => number)).toEqual([1, 2, 5]);
  expect(entries[1]?.event).toEqual({ type: 'part-delta', text: '巴黎 🇫🇷' });
});

test('half an event at the end of a cut stream is dropped', async () => {
  expect(await collect(stream.slice(0, -10), 16)).toHaveLength(2);
});

test('an event that is not JSON or not an object is skipped', async () => {
  const entries = await collect('id: 1\ndata: nonsense\n\nid: 2\ndata: 7\n\nid: 3\ndata: {"type":"run-end"}\n\n', 9);

  expect(entries.map(({ number }) => number)).toEqual([3]);
});

test('signs of life are reported though they are no entries', async () => {
  let chunks = 0;
  for await (const _ of readEntries(chunked(new TextEncoder().encode(': keep-alive\n\n'), 64), () => chunks++));

  expect(chunks).toBe(1);
});
