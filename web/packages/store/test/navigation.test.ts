import type { Message } from '@salon/protocol';
import { expect, test } from 'vitest';
import { exchange, setUp } from './conversation-page';

const messageOf = (role: 'user' | 'assistant', text: string): Message => ({ role, parts: [{ type: 'text', text }] });

test('clearing begins another conversation and forgets the copy', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  const { id } = page.conversation.get();
  page.conversation.clear();

  expect(page.conversation.get()).toMatchObject({ messages: [] });
  expect(page.conversation.get().id).not.toBe(id);
  expect(page.saved.load()).toBeUndefined();
});

test('a function of the page begins another conversation, which may grow, and whose first turn carries it', async () => {
  const page = setUp();
  await exchange(page, 'hello', 'msg-answer01');
  const before = page.conversation.get().id;
  page.conversation.prefill([messageOf('assistant', 'One')]);
  const { id, messages } = page.conversation.get();
  page.conversation.prefill([messageOf('assistant', 'One two')]);

  expect(id).not.toBe(before);
  expect(page.conversation.get().id).toBe(id);
  expect(page.conversation.get().messages.map((shown) => shown.id)).toEqual(messages.map((shown) => shown.id));

  await exchange(page, 'three', 'msg-answer02');
  expect(page.turns.at(-1)).toMatchObject({
    conversation: id,
    parent: messages[0]?.id,
    copy: [{ message: messageOf('assistant', 'One two') }],
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
