// @vitest-environment jsdom
import type { StoredMessage } from '@salon/protocol';
import { waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, test } from 'vitest';
import Panel from '../src/history/panel.svelte';
import { createPage, mountInPage } from './page';

beforeEach(() => localStorage.clear());

function messages(text: string): StoredMessage[] {
  const message = { role: 'user' as const, parts: [{ type: 'text' as const, text }] };
  return [{ id: `msg-${text}`, parent: null, created_at: 900, message }];
}

/** A panel with two conversations; jsdom has no layout, so it is a drawer, which is closed at first. */
async function mount() {
  const page = createPage();
  page.library.keep({ id: 'conv-cats', messages: messages('About cats') }, 'msg-About cats');
  page.library.keep({ id: 'conv-dogs', messages: messages('About dogs') }, 'msg-About dogs');
  const mounted = mountInPage(Panel, { library: page.library }, page);
  await mounted.user.click(mounted.getByRole('button', { name: 'Conversations' }));
  return mounted;
}

const listed = ({ getAllByRole }: Awaited<ReturnType<typeof mount>>) =>
  getAllByRole('listitem').map((item) => item.querySelector('.salon-history-item > span')?.textContent);

async function choose(page: Awaited<ReturnType<typeof mount>>, title: string, action: string): Promise<void> {
  await page.user.click(page.getByRole('button', { name: `Actions for ${title}` }));
  await page.user.click(within(page.getByRole('menu')).getByRole('menuitem', { name: action }));
}

describe('the history panel', () => {
  test('lists the conversations, and is closed with Escape', async () => {
    const page = await mount();
    expect(listed(page).sort()).toEqual(['About cats', 'About dogs']);
    await page.user.keyboard('{Escape}');

    expect(page.queryAllByRole('listitem')).toEqual([]);
    expect(page.getByRole('button', { name: 'Conversations' }).getAttribute('aria-expanded')).toBe('false');
  });

  test('opens a conversation and marks it as the current one', async () => {
    const page = await mount();
    await page.user.click(page.getByRole('button', { name: 'About cats' }));
    await waitFor(() => expect(page.conversation.get().id).toBe('conv-cats'));
    await page.user.click(page.getByRole('button', { name: 'Conversations' }));

    expect(page.getByRole('button', { name: 'About cats' }).getAttribute('aria-current')).toBe('page');
  });

  test('finds titles while one types, and says when there are none', async () => {
    const page = await mount();
    await page.user.type(page.getByRole('searchbox', { name: 'Search conversations' }), 'cats');
    expect(listed(page)).toEqual(['About cats']);
    await page.user.type(page.getByRole('searchbox'), ' and birds');

    expect(page.container.textContent).toContain('Nothing found');
  });

  test('gives a conversation the name that is typed, with Enter', async () => {
    const page = await mount();
    await choose(page, 'About cats', 'Rename');
    const name = page.getByRole('textbox', { name: 'Rename' });
    await page.user.clear(name);
    await page.user.type(name, 'Pets{Enter}');

    await waitFor(() => expect(listed(page)).toContain('Pets'));
  });

  test('keeps the old name with Escape, and stays open', async () => {
    const page = await mount();
    await choose(page, 'About cats', 'Rename');
    await page.user.type(page.getByRole('textbox', { name: 'Rename' }), 'x{Escape}');

    expect(listed(page).sort()).toEqual(['About cats', 'About dogs']);
  });

  test('puts a pinned conversation into a group of its own', async () => {
    const page = await mount();
    await choose(page, 'About dogs', 'Pin');

    await waitFor(() => expect(page.getByRole('heading', { name: 'Pinned' })).toBeTruthy());
  });

  test('deletes a conversation, and restores it from the notice', async () => {
    const page = await mount();
    await choose(page, 'About cats', 'Delete');
    await waitFor(() => expect(listed(page)).toEqual(['About dogs']));
    await waitFor(() => expect(page.notices.get()).toMatchObject([{ text: '“About cats” was deleted.' }]));
    await page.notices.get()[0]?.action?.onclick();

    await waitFor(() => expect(listed(page).sort()).toEqual(['About cats', 'About dogs']));
  });
});
