import { expect, test } from 'vitest';
import { answer, exchange, refusal, setUp, settle } from './conversation-page';

test('a retry is another version of the answer', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  page.conversation.retry();
  await settle();
  page.pipes[1]?.push(...answer('msg-b', 'again'));
  await settle();

  expect(page.turns[1]).toMatchObject({ parent: page.turns[0]?.message?.id, message: null });
  expect(page.conversation.get().messages[1]).toMatchObject({ id: 'msg-b', versions: ['msg-a', 'msg-b'] });
});

test('an edit is another version of the question, with the same parent', async () => {
  const page = setUp();
  await exchange(page, 'Hi', 'msg-a');
  await exchange(page, 'More', 'msg-b');
  const edited = page.turns[1]?.message?.id ?? '';
  page.conversation.edit(edited, 'Less');
  await settle();

  expect(page.turns[2]).toMatchObject({ parent: 'msg-a', message: { text: 'Less' } });
  expect(page.conversation.get().messages.at(-1)?.versions).toEqual([edited, page.turns[2]?.message?.id]);
});

test('a refused turn keeps the message, and a retry sends it again under a new turn', async () => {
  const page = setUp();
  page.conversation.send('Hi');
  await settle();
  page.pipes[0]?.fail(refusal(429, 'queue.full'));
  await settle();

  expect(page.conversation.get()).toMatchObject({ live: undefined, ending: { failure: { code: 'queue.full' } } });
  page.conversation.retry();
  await settle();
  expect(page.turns[1]?.message).toEqual(page.turns[0]?.message);
  expect(page.turns[1]?.id).not.toBe(page.turns[0]?.id);
});

test('a message that was never confirmed is sent again with its turn after a reload', async () => {
  const first = setUp();
  first.conversation.send('Hi');
  await settle();
  const second = setUp({ storage: first.storage });
  void second.conversation.restore();
  await settle();

  expect(second.turns).toEqual(first.turns);
});

test('messages sent before the server has ended a stopped reply follow one another', async () => {
  const { conversation, turns, pipes } = setUp();
  conversation.send('first');
  await settle();
  pipes[0]?.push({ type: 'run-start', run: 'run-1', conversation: 'c', answers: 'm', protocol: 1 });
  await settle();
  conversation.stop();
  conversation.send('second');
  conversation.send('third');
  await settle();
  expect(turns).toHaveLength(1);
  pipes[0]?.push({ type: 'run-end', status: 'cancelled' });
  await settle();
  expect(turns.map(({ message }) => message?.text)).toEqual(['first', 'second']);
  pipes[1]?.push(...answer('answer-2', 'two'));
  await settle();

  expect(turns.map(({ message }) => message?.text)).toEqual(['first', 'second', 'third']);
  expect(JSON.stringify(conversation.get().messages)).toContain('"two"');
});

test('what waits to be sent does not go into a conversation that was begun meanwhile', async () => {
  const { conversation, turns } = setUp();
  conversation.send('first');
  await settle();
  conversation.stop();
  conversation.send('second');
  conversation.clear();
  await settle();

  expect(turns).toHaveLength(1);
  expect(conversation.get().messages).toEqual([]);
});

test('an edit may keep some of the files, and nothing but files', async () => {
  const page = setUp();
  const file = (id: string) => ({ id, name: `${id}.png`, media_type: 'image/png', size_bytes: 3 });
  page.conversation.send('', undefined, [file('a'), file('b')]);
  await settle();
  page.pipes[0]?.push(...answer('msg-a', 'Two'));
  await settle();
  page.conversation.edit(page.turns[0]?.message?.id ?? '', '', [file('b')]);
  await settle();

  expect(page.turns[1]?.message).toMatchObject({ text: '', files: ['b'] });
  expect(page.conversation.get().messages[0]?.message.parts).toEqual([{ type: 'file', file: file('b') }]);
});
