import type { StoredMessage } from '@salon/protocol';
import { expect, test } from 'vitest';
import { createComposer, createConnection, createNotices, createSavedCopy, memoryStorage } from '../src';

function path(length: number, text: string): StoredMessage[] {
  return Array.from({ length }, (_, index) => ({
    id: `msg-${index}`,
    parent: index ? `msg-${index - 1}` : null,
    created_at: index,
    message: { role: index % 2 ? 'assistant' : 'user', parts: [{ type: 'text', text }] },
  }));
}

const soon = (callback: () => void) => callback();

test('the saved copy is at most the last 200 messages, beginning with a question', () => {
  const copy = createSavedCopy(memoryStorage(), 'copy', soon);
  copy.save({ id: 'conv-00000001', messages: path(501, 'x') });

  const messages = copy.load()?.messages ?? [];
  expect(messages).toHaveLength(199);
  expect(messages[0]).toMatchObject({ message: { role: 'user' }, parent: 'msg-301' });
});

test('the saved copy is at most a mebibyte', () => {
  const storage = memoryStorage();
  const copy = createSavedCopy(storage, 'copy', soon);
  copy.save({ id: 'conv-00000001', messages: path(100, '巴'.repeat(20_000)) });

  expect(new TextEncoder().encode(storage.get('copy')).length).toBeLessThan(1024 * 1024);
  expect(copy.load()?.messages.length).toBeGreaterThan(10);
});

test('messages are kept when there is time or the page goes; a turn on its way is kept at once', () => {
  const storage = memoryStorage();
  const later: (() => void)[] = [];
  const copy = createSavedCopy(storage, 'copy', (callback) => later.push(callback));
  const pending = { id: 'turn-00000001', conversation: 'conv-00000001', parent: null, message: null };
  copy.save({ id: 'conv-00000001', messages: path(2, 'x') });
  copy.save({ id: 'conv-00000001', messages: path(4, 'x'), pending });
  const reopened = () => createSavedCopy(storage, 'copy', soon).load();
  expect(reopened()).toMatchObject({ messages: { length: 2 }, pending });
  later.forEach((callback) => callback());
  expect(reopened()).toMatchObject({ messages: { length: 4 }, pending });

  copy.save({ id: 'conv-00000001', messages: path(6, 'x') });
  copy.flush();
  expect(reopened()?.messages).toHaveLength(6);
  expect(reopened()?.pending).toBeUndefined();
  expect(later).toHaveLength(2);
});

test('a draft survives a refresh until it is taken', () => {
  const storage = memoryStorage();
  createComposer(storage, 'draft').set('half a thou');
  const composer = createComposer(storage, 'draft');

  expect(composer.get()).toBe('half a thou');
  expect(composer.take()).toBe('half a thou');
  expect(createComposer(storage, 'draft').get()).toBe('');
});

test('nothing but white space is not taken', () => {
  const composer = createComposer(memoryStorage(), 'draft');
  composer.set(' \n ');

  expect(composer.take()).toBeUndefined();
  expect(composer.get()).toBe(' \n ');
});

test('the last message is recalled into an empty box only', () => {
  const composer = createComposer(memoryStorage(), 'draft');
  composer.set('first');
  composer.take();

  expect(composer.recall()).toBe(true);
  expect(composer.get()).toBe('first');
  expect(composer.recall()).toBe(false);
});

test('a connection that comes back says so for a moment', () => {
  let later = () => {};
  const connection = createConnection((_, callback) => (later = callback));
  connection.report('online');
  expect(connection.get()).toBe('online');
  connection.report('lost');
  connection.report('online');

  expect(connection.get()).toBe('back');
  later();
  expect(connection.get()).toBe('online');
});

test('at most five notices are shown, the newest last', () => {
  const notices = createNotices();
  for (let count = 1; count <= 7; count++) notices.push({ type: 'notice', level: 'info', text: String(count) });

  expect(notices.get().map(({ text }) => text)).toEqual(['3', '4', '5', '6', '7']);
  notices.dismiss(notices.get()[0]?.id ?? 0);
  expect(notices.get()).toHaveLength(4);
});
