import { expect, test } from 'vitest';
import { exchange, setUp, settle } from './conversation-page';

test('what the reader thinks of a reply is shown at once, kept in order, and told as events', async () => {
  const page = setUp();
  await exchange(page, 'one', 'answer-1');
  page.conversation.setFeedback('answer-1', { options: ['Like'] });
  page.conversation.setFeedback('answer-1', { options: ['Spam', 'Like'] });
  page.conversation.setFeedback('answer-1', { options: [] });
  expect(page.conversation.get().messages.at(-1)).not.toHaveProperty('feedback');
  await settle();

  expect(page.sentFeedback).toEqual([['Like'], ['Spam', 'Like'], []]);
  expect(page.likes).toMatchObject([
    { index: 1, liked: true },
    { index: 1, liked: 'Spam' },
    { index: 1, liked: null },
  ]);
});

test('what the server could not keep is not shown as kept, and is said', async () => {
  const page = setUp({ isFull: true });
  await exchange(page, 'one', 'answer-1');
  page.conversation.setFeedback('answer-1', { options: ['Like'] });
  expect(page.conversation.get().messages.at(-1)).toMatchObject({ feedback: { options: ['Like'] } });
  await settle();

  expect(page.conversation.get().messages.at(-1)).not.toHaveProperty('feedback');
  expect(page.refusals).toHaveLength(1);
  expect(page.likes).toEqual([]);
});

test('a server that has lost the conversation still knows what its reader thought of it', async () => {
  const { storage, conversation, ...page } = setUp();
  await exchange({ storage, conversation, ...page }, 'one', 'answer-1');
  const again = setUp({ storage, opinions: { 'answer-1': { options: ['Dislike'] } } });
  await again.conversation.restore();

  expect(again.conversation.get().messages.at(-1)).toMatchObject({ feedback: { options: ['Dislike'] } });
});
