import type { ConversationView, StoredMessage } from '@salon/protocol';
import { expect, test } from 'vitest';
import { createSavedCopy, memoryStorage } from '../src';
import { setUp, settle } from './conversation-page';

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
