// @vitest-environment jsdom
import type { ChatbotConfig, FeedbackView } from '@salon/protocol';
import { waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import Feedback from '../src/chat/feedback.svelte';
import { createPage, mountInPage, refusal } from './page';

const options = ['Like', 'Dislike', 'Spam'];

function mount(given: NonNullable<ChatbotConfig['feedback']> = {}, feedback?: FeedbackView, isFull = false) {
  const page = createPage({
    config: { chatbot: { feedback: given } },
    routes: {
      'POST api/conversations': () => (isFull ? refusal(507, 'feedback.no-room') : Response.json({ message: 'm' })),
    },
  });
  return mountInPage(Feedback, { id: 'msg-1', feedback }, page);
}

const sentBy = ({ sent }: ReturnType<typeof mount>) => sent.map(({ body }) => body);

test('a thumb is sent at once', async () => {
  const page = mount();
  await page.user.click(page.getByRole('button', { name: 'Like' }));

  await waitFor(() => expect(sentBy(page)).toMatchObject([{ message: 'msg-1', options: ['Like'], comment: '' }]));
});

test('the same thumb takes it back, and the other one replaces it', async () => {
  const page = mount({}, { options: ['Like'] });
  await page.user.click(page.getByRole('button', { name: 'Liked' }));
  await page.user.click(page.getByRole('button', { name: 'Dislike' }));

  await waitFor(() => expect(sentBy(page)).toMatchObject([{ options: [] }, { options: ['Dislike'] }]));
});

test('other options are in a panel, which the button tells to be open', async () => {
  const page = mount({ options, labels: ['Like', 'Dislike', 'It is spam'] });
  const flag = page.getByRole('button', { name: 'Feedback' });
  expect(flag.getAttribute('aria-expanded')).toBe('false');
  await page.user.click(flag);
  expect(flag.getAttribute('aria-expanded')).toBe('true');
  await page.user.click(page.getByRole('button', { name: 'It is spam' }));

  await waitFor(() => expect(sentBy(page)).toMatchObject([{ options: ['Spam'] }]));
});

test('a comment is sent with Enter, and the focus goes back to the button', async () => {
  const page = mount({ comments: true }, { options: ['Dislike'] });
  await page.user.click(page.getByRole('button', { name: 'Feedback' }));
  await page.user.type(page.getByRole('textbox', { name: 'Comment' }), ' too long {Enter}');

  await waitFor(() => expect(sentBy(page)).toMatchObject([{ options: ['Dislike'], comment: 'too long' }]));
  await waitFor(() => expect(document.activeElement).toBe(page.getByRole('button', { name: 'Feedback' })));
});

test('Escape closes the panel and sends nothing', async () => {
  const page = mount({ comments: true });
  await page.user.click(page.getByRole('button', { name: 'Feedback' }));
  await page.user.type(page.getByRole('textbox'), 'draft{Escape}');

  expect(page.queryByRole('textbox')).toBeNull();
  expect(page.sent).toEqual([]);
});

test('feedback that the server cannot store is told as a notice', async () => {
  const page = mount({}, undefined, true);
  await page.user.click(page.getByRole('button', { name: 'Like' }));

  await waitFor(() => expect(page.notices.get()).toMatchObject([{ level: 'error' }]));
});
