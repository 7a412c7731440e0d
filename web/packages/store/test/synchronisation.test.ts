import { expect, test, vi } from 'vitest';
import { safeStorage } from '../src';
import { answer, exchange, setUp, settle } from './conversation-page';

test('undo works on the saved copy when the server has lost the conversation', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');

  expect(await page.conversation.undo()).toEqual({ text: 'Hi', files: [] });
  expect(page.conversation.get().messages).toEqual([]);
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
