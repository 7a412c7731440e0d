import type { Client } from '@salon/client';
import type { ConversationList, EntryView, ShareView, StoredMessage } from '@salon/protocol';
import { describe, expect, test } from 'vitest';
import type { Library } from '../src/library';
import { createServerLibrary } from '../src/server-library';

const message = (id: string, text: string): StoredMessage => ({
  id,
  parent: null,
  created_at: 5,
  message: { role: 'user', parts: [{ type: 'text', text }] },
});

/** A server with conversations, the newest first, two on a page; it can be away. */
class Server {
  entries: EntryView[] = [];
  isAway = false;
  lastRemoved: string[] = [];
  shared: ShareView[] = [];

  add(id: string, updated_at: number): void {
    this.entries = [{ id, title: id, chat: 'chat', created_at: updated_at, updated_at }, ...this.entries];
  }

  private answer<T>(value: () => T): Promise<T> {
    return this.isAway ? Promise.reject(new TypeError('away')) : Promise.resolve(value());
  }

  readonly client = {
    conversations: ({ before, search }: { before?: string; search?: string }) =>
      this.answer((): ConversationList => {
        const found = search ? this.entries.filter(({ title }) => title.includes(search)) : this.entries;
        const from = before ? Number(before) : 0;
        const more = found.length > from + 2;
        return { conversations: found.slice(from, from + 2), ...(more && !search && { next: String(from + 2) }) };
      }),
    change: (id: string, { title, is_pinned }: { title?: string | null; is_pinned?: boolean | null }) =>
      this.answer(() => {
        this.entries = this.entries.map((entry) =>
          entry.id === id
            ? { ...entry, title: title ?? entry.title, is_pinned: is_pinned ?? entry.is_pinned ?? false }
            : entry,
        );
        return this.entries.find((entry) => entry.id === id)!;
      }),
    conversation: (id: string) => this.answer(() => ({ id, messages: [message('q1', 'Hello'), message('a1', 'Hi')] })),
    share: (id: string) =>
      this.answer(() => {
        const share = { id: `s${this.shared.length}`, conversation: id, title: id, created_at: 5 };
        this.shared = [share, ...this.shared];
        return share;
      }),
    shares: () => this.answer(() => ({ shares: this.shared })),
    revoke: (id: string) => this.answer(() => void (this.shared = this.shared.filter((share) => share.id !== id))),
    remove: (id: string) => this.answer(() => void this.lastRemoved.push(id)),
  } as unknown as Client;
}

function open(server: Server, onChanged = () => {}, onRemoved = (_: string) => {}): Library {
  return createServerLibrary({ client: server.client, chat: 'chat', now_s: () => 1000, onChanged, onRemoved });
}

const titles = (library: Library) => library.get().map(({ title }) => title);

describe("the list of the server's conversations", () => {
  test('comes page by page', async () => {
    const server = new Server();
    for (const at of [1, 2, 3]) server.add(`c${at}`, at);
    const library = open(server);
    await library.refresh();
    expect(titles(library)).toEqual(['c3', 'c2']);
    expect(library.onServer?.hasMore.get()).toBe(true);
    await library.onServer?.loadMore();

    expect(titles(library)).toEqual(['c3', 'c2', 'c1']);
    expect(library.onServer?.hasMore.get()).toBe(false);
  });

  test('has a conversation as soon as it begins, and with the name that the server gives it then', async () => {
    const server = new Server();
    const library = open(server);
    library.keep({ id: 'new', messages: [message('q1', 'Hello')] }, 'q1');
    expect(titles(library)).toEqual(['Hello']);
    await library.refresh();
    expect(titles(library)).toEqual(['Hello']);
    server.add('new', 7);
    await library.refresh();

    expect(titles(library)).toEqual(['new']);
  });

  test('leaves a conversation where it is that is only opened', async () => {
    const server = new Server();
    server.add('c1', 1);
    server.add('c2', 2);
    const library = open(server);
    await library.refresh();
    library.keep({ id: 'c1', messages: [message('q1', 'Hello')] }, 'q1');
    expect(titles(library)).toEqual(['c2', 'c1']);
    library.keep({ id: 'c1', messages: [message('q1', 'Hello'), message('q2', 'More')] }, 'q2');

    expect(titles(library)).toEqual(['c1', 'c2']);
  });

  test('takes names and pins, and tells other tabs', async () => {
    const server = new Server();
    server.add('c1', 1);
    let told = 0;
    const library = open(server, () => (told += 1));
    await library.refresh();
    await library.rename('c1', ' Mine ');
    await library.pin('c1', true);

    expect(library.get()).toMatchObject([{ title: 'Mine', isPinned: true }]);
    expect(told).toBe(2);
  });

  test('says that it is not up to date while the server is away, until it is', async () => {
    const server = new Server();
    server.add('c1', 1);
    const library = open(server);
    server.isAway = true;
    await library.rename('c1', 'Mine');
    await library.refresh();
    expect(library.problem.get()).toBe('lost');
    server.isAway = false;
    await library.refresh();

    expect(library.problem.get()).toBeUndefined();
    expect(titles(library)).toEqual(['c1']);
  });
});

describe('what is done with conversations on the server', () => {
  test('deletes at the end what was not brought back', async () => {
    const server = new Server();
    server.add('c1', 1);
    server.add('c2', 2);
    const library = open(server);
    await library.refresh();
    await library.remove('c1');
    const undo = await library.remove('c2');
    expect(titles(library)).toEqual([]);
    await undo();
    expect(titles(library)).toEqual(['c2']);
    library.onServer?.flush();

    expect(server.lastRemoved).toEqual(['c1']);
  });

  test('finds what is not on its pages', async () => {
    const server = new Server();
    for (const at of [1, 2, 3]) server.add(`c${at}`, at);
    const library = open(server);
    await library.refresh();

    expect(await library.search('c1')).toMatchObject([{ id: 'c1', entry: { title: 'c1' } }]);
  });

  test('knows what is shared, also after the page was opened anew, and takes all of it back', async () => {
    const server = new Server();
    server.add('c1', 1);
    const library = open(server);
    await library.refresh();
    await library.share('c1');
    await library.share('c1');
    expect(library.sharesOf('c1')).toEqual(['s1', 's0']);
    const again = open(server);
    await again.refresh();
    expect(again.sharesOf('c1')).toEqual(['s1', 's0']);
    await again.unshare('c1');

    expect(again.sharesOf('c1')).toEqual([]);
    expect(server.shared).toEqual([]);
  });

  test('opens a conversation at its end', async () => {
    const library = open(new Server());

    expect(await library.load('c1')).toMatchObject({ entry: { head: 'a1' } });
  });
});
