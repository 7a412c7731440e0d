import type { Message } from '@salon/protocol';
import { expect, test } from 'vitest';
import { settledItems } from '../src/chat/items';

const said = (id: string, role: Message['role'], is_pushed = false) => ({
  id,
  created_at: 5,
  message: { role, parts: [{ type: 'text' as const, text: id }], ...(is_pushed && { is_pushed }) },
});

test('actions stand below what one side said in one go; what the application pushed is another turn', () => {
  const path = [
    said('q', 'user'),
    said('a1', 'assistant'),
    said('a2', 'assistant'),
    said('p1', 'assistant', true),
    said('p2', 'assistant', true),
  ];
  const items = settledItems(path);

  expect(items.filter(({ endsTurn }) => endsTurn).map(({ id }) => id)).toEqual(['q', 'a2', 'p2']);
  expect(items.at(-1)?.turn).toHaveLength(2);
});
