import type { Message } from '@salon/protocol';
import { expect, test } from 'vitest';
import { answer, exchange, refusal, setUp, settle } from './conversation-page';

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

test('a run that fails without a word leaves its failure behind the question', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();
  const failure = { code: 'function.failed', message: 'x' };
  page.pipes[0]?.push({ type: 'run-start', run: 'run-00000001' }, { type: 'run-end', status: 'error', failure });
  await settle();

  expect(page.conversation.get().ending).toMatchObject({ status: 'error', failure });
});
