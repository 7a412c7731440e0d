import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createFolding, textOf, type Reply, type RunEvent } from '../src';

const folder = new URL('../../../../protocol/fixtures/', import.meta.url);

interface Golden {
  events: RunEvent[];
  reply: Reply;
}

function golden(name: string): Golden {
  const lines = readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { events: lines.slice(0, -1), reply: { ids: [], messages: [], ...lines.at(-1).reply } };
}

function fold(events: RunEvent[]): Reply {
  const folding = createFolding();
  events.forEach(folding.add);
  return folding.reply();
}

describe('golden runs', () => {
  test.each(readdirSync(folder))('%s folds into its reply', (name) => {
    const { events, reply } = golden(name);

    expect(fold(events)).toEqual(reply);
  });
});

test('an event of an unknown type is ignored', () => {
  const { events, reply } = golden('plain-answer.jsonl');
  const unknown = { type: 'part-sparkle', part: 7 } as unknown as RunEvent;

  expect(fold(events.flatMap((event) => [event, unknown]))).toEqual({ ...reply });
});

test('a change to a part that was never started is ignored', () => {
  expect(fold([{ type: 'part-delta', text: 'x', message: 3, part: 2 }]).messages).toEqual([]);
});

test('messages that did not change are the same objects in the next reply', () => {
  const folding = createFolding();
  golden('several-messages.jsonl').events.slice(0, 6).forEach(folding.add);
  const before = folding.reply();

  folding.add({ type: 'part-delta', text: '!' });
  const after = folding.reply();

  expect(after.messages[1]).toBe(before.messages[1]);
  expect(after.messages[0]).not.toBe(before.messages[0]);
});

test('a reply of 200,000 deltas folds before the runner loses its patience', () => {
  const folding = createFolding();
  folding.add({ type: 'message-start', id: 'msg-00000001' });
  folding.add({ type: 'part-start', value: { type: 'text' } });
  for (let count = 0; count < 200_000; count++) folding.add({ type: 'part-delta', text: 'word ' });

  const [part] = folding.reply().messages[0]?.parts ?? [];
  expect(part && textOf(part)).toHaveLength(1_000_000);
});
