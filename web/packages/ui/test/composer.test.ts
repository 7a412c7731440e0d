// @vitest-environment jsdom
import { fireEvent, waitFor } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';
import Composer from '../src/chat/composer.svelte';
import { createPage, mountInPage, refusal, reply, type PageOptions } from './page';

const mount = (options: PageOptions = {}) =>
  mountInPage(Composer, {}, createPage({ routes: { 'POST api/turns': () => reply('msg-1', 'Hello') }, ...options }));

const textsOf = ({ sent }: ReturnType<typeof mount>) =>
  sent.flatMap(({ route, body }) =>
    route.startsWith('POST api/turns') ? [(body as { message: { text: string } }).message.text] : [],
  );

describe('the composer', () => {
  test('sends with Enter, empties itself and keeps the focus', async () => {
    const page = mount();
    const box = page.getByRole('textbox', { name: 'Message' });
    await page.user.type(box, 'Hi there{Enter}');
    await waitFor(() => expect(textsOf(page)).toEqual(['Hi there']));

    expect(box).toHaveProperty('value', '');
    expect(document.activeElement).toBe(box);
    await waitFor(() => expect(page.conversation.get().messages).toHaveLength(2));
  });

  test('breaks the line with Shift+Enter, and sends with it where there are several lines', async () => {
    const one = mount();
    await one.user.type(one.getByRole('textbox'), 'a{Shift>}{Enter}{/Shift}b');
    expect(one.composer.get()).toBe('a\nb');
    one.unmount();

    const several = mount({ config: { textbox: { lines: 3 } } });
    await several.user.type(several.getByRole('textbox'), 'a{Enter}b{Shift>}{Enter}{/Shift}');
    await waitFor(() => expect(textsOf(several)).toEqual(['a\nb']));
  });

  test('does not send the Enter that ends the composition of an input method', async () => {
    const page = mount();
    const box = page.getByRole('textbox');
    await page.user.type(box, 'ni');
    await fireEvent.compositionStart(box);
    await fireEvent.keyDown(box, { key: 'Enter', isComposing: true });
    await fireEvent.compositionEnd(box);

    expect(page.composer.get()).toBe('ni');
    expect(textsOf(page)).toEqual([]);
  });

  test('sends nothing but text or files', async () => {
    const page = mount();
    const send = page.getByRole('button', { name: 'Submit' });
    expect(send).toHaveProperty('disabled', true);
    await page.user.type(page.getByRole('textbox'), '   {Enter}');
    expect(send).toHaveProperty('disabled', true);
    await page.user.type(page.getByRole('textbox'), 'x');
    expect(send).toHaveProperty('disabled', false);
  });

  test('says how much too long a message is, and does not send it', async () => {
    const page = mount({ page: { max_message_length: 5 } });
    await page.user.type(page.getByRole('textbox'), 'too long{Enter}');

    expect(page.getByRole('alert').textContent).toContain('8 of 5');
    expect(page.getByRole('textbox').getAttribute('aria-invalid')).toBe('true');
    expect(textsOf(page)).toEqual([]);
  });

  test('brings the last message back with the arrow key', async () => {
    const page = mount();
    const box = page.getByRole('textbox');
    await page.user.type(box, 'again{Enter}');
    await page.user.keyboard('{ArrowUp}');

    expect(page.composer.get()).toBe('again');
  });

  test('stops the reply in place of sending while one is written', async () => {
    const pending = new Response(new ReadableStream(), { headers: { 'Content-Type': 'text/event-stream' } });
    const page = mount({ routes: { 'POST api/turns': () => pending } });
    await page.user.type(page.getByRole('textbox'), 'Hi{Enter}');
    await page.user.click(await page.findByRole('button', { name: 'Stop' }));

    expect(page.conversation.get().live?.isStopped).toBe(true);
  });

  test('takes its labels from the author', () => {
    const page = mount({ config: { textbox: { placeholder: 'Ask me' }, buttons: { submit: 'Go' } } });

    expect(page.getByRole('textbox', { name: 'Ask me' })).toBeTruthy();
    expect(page.getByRole('button', { name: 'Go' })).toBeTruthy();
  });
});

describe('the files of the composer', () => {
  const files = { size_bytes: 100, types: ['text'] };
  const note = new File(['note'], 'note.txt', { type: 'text/plain' });

  test('are uploaded when they are chosen, named, and sent with the message', async () => {
    const page = mount({ config: { files } });
    const picker = page.container.querySelector<HTMLInputElement>('input[type=file]')!;
    expect(picker.accept).toBe('text/*');
    await fireEvent.change(picker, { target: { files: [note] } });
    await page.findByText('note.txt');
    await page.user.click(page.getByRole('button', { name: 'Submit' }));

    await waitFor(() => expect(page.sent.at(-1)?.body).toMatchObject({ message: { text: '', files: ['uploaded'] } }));
    expect(page.attachments.get()).toEqual([]);
  });

  test('are removed by name', async () => {
    const page = mount({ config: { files } });
    page.attachments.add(note, 'note.txt');
    await page.user.click(await page.findByRole('button', { name: 'Remove file note.txt' }));

    expect(page.attachments.get()).toEqual([]);
  });

  test('may be pasted, and a long pasted text becomes one', async () => {
    const page = mount({ config: { files: { ...files, max_plain_text_length: 10 } } });
    const box = page.getByRole('textbox');
    const data = (text: string, pasted: File[] = []) => ({ clipboardData: { getData: () => text, files: pasted } });
    await fireEvent.paste(box, data('short'));
    expect(page.attachments.get()).toEqual([]);
    await fireEvent.paste(box, data('', [note]));
    await fireEvent.paste(box, data('a text of more than ten'));

    expect(page.attachments.get().map(({ name }) => name)).toEqual(['note.txt', 'pasted_text.txt']);
  });

  test('that the server refuses are not sent, and may be tried again', async () => {
    const page = mount({ config: { files }, upload: () => refusal(413, 'files.no-room') });
    page.attachments.add(note, 'note.txt');
    await page.user.type(page.getByRole('textbox'), 'Look{Enter}');

    await waitFor(() => expect(page.attachments.get()[0]?.problem).toBe('files.no-room'));
    expect(await page.findByText('The server is out of storage.', { exact: false })).toBeTruthy();
  });
});
