// @vitest-environment jsdom
import type { ChatConfig, Message as MessageValue } from '@salon/protocol';
import { waitFor } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { Item } from '../src/chat/items';
import Message from '../src/chat/message.svelte';
import { createPage, mountInPage, reply } from './page';

function itemOf(message: MessageValue, more: Partial<Item> = {}): Item {
  return {
    id: 'msg-1',
    message,
    created_at: 1000,
    versions: [],
    isUnsent: false,
    isLive: false,
    endsTurn: true,
    userMessage: 'msg-0',
    turn: [message],
    ...more,
  };
}

function mount(message: MessageValue, config: ChatConfig = {}, more: Partial<Item> = {}, isBusy = false) {
  const onUndo = vi.fn();
  const page = createPage({ config, routes: { 'POST api/turns': () => reply('msg-9', 'Again') } });
  page.chat.conversation.prefill([message]);
  const id = page.chat.conversation.get().messages[0]?.id ?? '';
  const props = {
    item: itemOf(message, { id, ...more }),
    version: 'msg-1',
    isLast: true,
    isBusy,
    continues: false,
    onUndo,
  };
  return { ...mountInPage(Message, props, page), onUndo };
}

const user = (text: string): MessageValue => ({ role: 'user', parts: [{ type: 'text', text }] });
const bot = (text: string, more: Partial<MessageValue> = {}): MessageValue => ({
  role: 'assistant',
  parts: [{ type: 'text', text }],
  ...more,
});

describe('a message', () => {
  test('names its side, and shows the text of a user as it is', () => {
    const page = mount(user('<b>bold</b>'));

    expect(page.getByRole('article', { name: 'You' }).textContent).toContain('<b>bold</b>');
    expect(page.container.querySelector('b')).toBeNull();
  });

  test('of the assistant is shown as it is where Markdown is off', () => {
    const page = mount(bot('*plain*'), { chatbot: { renders_markdown: false } });

    expect(page.getByRole('article', { name: 'Assistant' }).textContent).toContain('*plain*');
  });

  test('offers replies, which are sent as the user’s', async () => {
    const message = bot('Which one?', {
      parts: [
        { type: 'text', text: 'Which one?' },
        { type: 'options', options: [{ value: 'left', label: 'The left one' }] },
      ],
    });
    const page = mount(message);
    await page.user.click(page.getByRole('button', { name: 'The left one' }));

    await waitFor(() => expect(page.sent.at(-1)?.body).toMatchObject({ message: { text: 'left' } }));
  });

  test('tells why it is not complete, and offers to retry', async () => {
    const page = mount(
      bot('Half', { status: 'error', failure: { code: 'function.failed', message: 'x', incident: 'A1' } }),
    );

    expect(page.container.textContent).toContain('The application could not answer.');
    expect(page.getAllByRole('button', { name: 'Retry' }).length).toBeGreaterThan(0);
  });

  test('that is edited sends its new text with Enter, and nothing with Escape', async () => {
    const page = mount(user('Hi'), { editable: true });
    await page.user.click(page.getByRole('button', { name: 'Edit' }));
    await page.user.keyboard('{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(page.getByRole('button', { name: 'Edit' })));
    expect(page.sent).toEqual([]);

    await page.user.click(page.getByRole('button', { name: 'Edit' }));
    const box = page.getByRole('textbox', { name: 'Edit' });
    expect(box).toHaveProperty('value', 'Hi');
    await page.user.type(box, '!{Enter}');
    await waitFor(() => expect(page.sent.at(-1)?.body).toMatchObject({ message: { text: 'Hi!' } }));
  });
});

describe('the actions of a message', () => {
  test('are copying, retrying and undoing on the last reply', async () => {
    const page = mount(bot('Answer'));
    expect(page.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
      'Copy message',
      'Retry',
      'Undo',
    ]);
    await page.user.click(page.getByRole('button', { name: 'Undo' }));
    expect(page.onUndo).toHaveBeenCalledOnce();
  });

  test('copy the text of the whole turn with the watermark', async () => {
    const page = mount(bot('Two'), { chatbot: { watermark: 'by us' } }, { turn: [bot('One'), bot('Two')] });
    await page.user.click(page.getByRole('button', { name: 'Copy message' }));

    expect(await navigator.clipboard.readText()).toBe('One\n\nTwo\n\nby us');
    expect(await page.findByRole('button', { name: 'Copied' })).toBeTruthy();
  });

  test('cannot be used while a reply is written', () => {
    const page = mount(bot('Answer'), {}, {}, true);

    expect(page.getByRole('button', { name: 'Retry' })).toHaveProperty('disabled', true);
    expect(page.getByRole('button', { name: 'Undo' })).toHaveProperty('disabled', true);
  });

  test('are those that the author leaves, with the author’s labels', () => {
    const page = mount(bot('Answer'), { buttons: { retry: 'Once more', undo: false, copy: false } });

    expect(page.getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Once more']);
  });

  test('lead to the other versions, whose place is told', async () => {
    const page = mount(bot('Answer'), {}, { versions: ['msg-1', 'msg-2'] });

    expect(page.getByRole('group', { name: 'Version 1 of 2' })).toBeTruthy();
    expect(page.getByRole('button', { name: 'Previous version' })).toHaveProperty('disabled', true);
    await page.user.click(page.getByRole('button', { name: 'Next version' }));
    expect(page.sent.at(-1)).toMatchObject({ body: { message: 'msg-2' } });
  });
});
