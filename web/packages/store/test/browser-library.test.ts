import { IDBFactory } from 'fake-indexeddb';
import type { ConversationDocument, DocumentsView, ShareRequest, StoredMessage } from '@salon/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { automaticTitle, openArchive } from '../src/archive';
import { latestLeaf, pathTo, withVersions } from '../src/branches';
import { createBrowserLibrary } from '../src/browser-library';
import type { BrowserLibraryOptions } from '../src/browser-storage';
import type { Library } from '../src/library';

let factory: IDBFactory;
beforeEach(() => {
  factory = new IDBFactory();
});

function said(id: string, text: string, parent: string | null = null, created_at = 100): StoredMessage {
  const role = id.startsWith('q') ? 'user' : 'assistant';
  return { id, parent, created_at, message: { role, parts: [{ type: 'text', text }] } };
}

/** A server that keeps nothing but what is shared. */
class Server {
  shared: ShareRequest[] = [];
  revoked: string[] = [];
  written: { document: ConversationDocument; format: string } | undefined;
  file: DocumentsView = { documents: [] };

  readonly client: BrowserLibraryOptions['client'] = {
    shareCopy: (share) => {
      this.shared.push(share);
      return Promise.resolve({
        id: `s${this.shared.length}`,
        conversation: share.conversation,
        title: '',
        created_at: 5,
      });
    },
    revoke: (id) => Promise.resolve(void this.revoked.push(id)),
    writeDocument: (document, format) => {
      this.written = { document, format };
      return Promise.resolve({ content: new Blob(['# Hello']), name: 'Hello.md' });
    },
    readDocuments: () => Promise.resolve(this.file),
  };
}

function open(onChanged = () => {}, { client } = new Server()): Library {
  return createBrowserLibrary({
    client,
    archive: openArchive(factory, 'salon'),
    now_s: () => 1000,
    onChanged,
    onRemoved: onChanged,
  });
}

async function reopened(): Promise<Library> {
  const library = open();
  await library.refresh();
  return library;
}

/** Wait until all that was to be kept is there: reading comes after writing. */
const settled = (library: Library) => library.load('nothing');

describe('a library', () => {
  test('keeps conversations with all their branches', async () => {
    const library = open();
    const messages = [said('q1', 'Hello'), said('a1', 'Hi', 'q1'), said('a2', 'Good day', 'q1', 200)];
    library.keep({ id: 'one', messages }, 'a2');
    await settled(library);

    const found = await (await reopened()).load('one');

    expect(found?.entry).toMatchObject({ title: 'Hello', head: 'a2', updatedAt: 200 });
    expect(new Set(found?.messages)).toEqual(new Set(messages));
  });

  test('lists the newest first, and what it is called stays', async () => {
    const library = open();
    library.keep({ id: 'one', messages: [said('q1', 'First')] }, 'q1');
    library.keep({ id: 'two', messages: [said('q2', 'Second', null, 300)] }, 'q2');
    await settled(library);
    await library.rename('one', '  My own  ');
    await library.pin('one', true);
    library.keep({ id: 'one', messages: [said('q1', 'First'), said('a1', 'Yes', 'q1', 400)] }, 'a1');
    await settled(library);

    expect((await reopened()).get()).toMatchObject([
      { id: 'one', title: 'My own', isPinned: true, updatedAt: 400 },
      { id: 'two', title: 'Second', isPinned: false },
    ]);
  });

  test('writes only what is new', async () => {
    let changes = 0;
    const library = open(() => (changes += 1));
    const saved = { id: 'one', messages: [said('q1', 'Hello')] };
    library.keep(saved, 'q1');
    library.keep(saved, 'q1');
    await settled(library);

    expect(changes).toBe(1);
  });

  test('takes signatures over when they come later', async () => {
    const library = open();
    library.keep({ id: 'one', messages: [said('q1', 'Hello')] }, 'q1');
    library.keep({ id: 'one', messages: [{ ...said('q1', 'Hello'), signature: 'signed' }] }, 'q1');
    await settled(library);

    expect((await (await reopened()).load('one'))?.messages[0]?.signature).toBe('signed');
  });

  test('forgets what is deleted, and brings it back as it was', async () => {
    const library = open();
    library.keep({ id: 'one', messages: [said('q1', 'Hello')] }, 'q1');
    await settled(library);
    await library.rename('one', 'Mine');
    const undo = await library.remove('one');
    expect((await reopened()).get()).toEqual([]);
    await undo();

    expect((await reopened()).get()).toMatchObject([{ id: 'one', title: 'Mine', isNamed: true }]);
    expect((await library.load('one'))?.messages).toHaveLength(1);
  });

  test.each([
    ['good', ['one']],
    ['天气', ['two']],
    ['WEATHER', ['two']],
    ['', []],
    ['nowhere', []],
  ])('finds %j in all that was said', async (words, ids) => {
    const library = open();
    library.keep({ id: 'one', messages: [said('q1', 'Hello'), said('a1', 'A good day to you', 'q1')] }, 'a1');
    library.keep({ id: 'two', messages: [said('q2', '今天天气怎么样? What weather?')] }, 'q2');
    await settled(library);
    const found = await library.search(words);

    expect(found.map(({ id }) => id)).toEqual(ids);
    if (ids.length > 0) expect(found[0]?.excerpt.toLowerCase()).toContain(words.toLowerCase());
  });
});

describe('the search in a library', () => {
  test('finds conversations in which all words are, wherever they stand', async () => {
    const library = open();
    library.keep({ id: 'one', messages: [said('q1', '请写一首关于春天的诗'), said('a1', 'It rains', 'q1')] }, 'a1');
    library.keep({ id: 'two', messages: [said('q2', '春天')] }, 'q2');
    await settled(library);

    expect(await library.search(' 诗　RAINS ')).toMatchObject([{ id: 'one', excerpt: expect.stringContaining('诗') }]);
  });

  test('finds what another tab has kept since the first search', async () => {
    const [library, other] = [open(), open()];
    await library.search('x');
    other.keep({ id: 'one', messages: [said('q1', 'plums')] }, 'q1');
    await settled(other);
    await library.refresh();

    expect(await library.search('plum')).toMatchObject([{ id: 'one' }]);
  });

  test('finds what was said after the first search', async () => {
    const library = open();
    library.keep({ id: 'one', messages: [said('q1', 'Hello')] }, 'q1');
    await library.search('x');
    library.keep({ id: 'one', messages: [said('q1', 'Hello'), said('a1', 'plums', 'q1')] }, 'a1');
    await settled(library);

    expect(await library.search('plum')).toMatchObject([{ id: 'one' }]);
  });
});

describe('a library of many conversations, or without storage', () => {
  test('says so where nothing can be kept, and goes on', async () => {
    const broken = {
      open: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    } as unknown as globalThis.IDBFactory;
    const library = createBrowserLibrary({
      client: new Server().client,
      archive: openArchive(broken, 'salon'),
      now_s: () => 1,
      onChanged: () => {},
      onRemoved: () => {},
    });
    library.keep({ id: 'one', messages: [said('q1', 'Hello')] }, 'q1');
    await settled(library);

    expect(library.problem.get()).toBe('missing');
    expect(library.get()).toMatchObject([{ id: 'one' }]);
  });

  test('stays quick with 500 conversations of 20 messages', async () => {
    const library = open();
    for (let number = 0; number < 500; number++) {
      const messages = Array.from({ length: 20 }, (_, at) =>
        said(`q${number}-${at}`, `Message ${at} of ${number}`, null, number),
      );
      library.keep({ id: `conversation-${number}`, messages }, `q${number}-19`);
    }
    await settled(library);

    expect((await reopened()).get()).toHaveLength(500);
    expect((await library.search('message 19 of 77')).map(({ id }) => id)).toContain('conversation-77');
  }, 30_000);
});

describe('the documents of a library', () => {
  test('shares what a conversation shows, with its signatures, and knows it when the page is opened anew', async () => {
    const server = new Server();
    const library = open(undefined, server);
    const question = { ...said('q1', 'Hello'), signature: 'signed' };
    library.keep({ id: 'one', messages: [said('a1', 'Hi', 'q1', 200), question] }, 'a1');
    expect(await library.share('one')).toBe('s1');
    library.keep({ id: 'one', messages: [question, said('a1', 'Hi', 'q1', 200), said('a2', 'Hey', 'q1', 300)] }, 'a2');
    await settled(library);
    await library.share('one');
    const again = open(undefined, server);
    await again.refresh();

    expect(server.shared[0]).toMatchObject({
      conversation: 'one',
      document: { title: '', head: 'a1', messages: [question, { id: 'a1' }] },
    });
    expect(again.sharesOf('one')).toEqual(['s2', 's1']);
    await again.unshare('one');
    expect(server.revoked).toEqual(['s2', 's1']);
    expect((await reopened()).sharesOf('one')).toEqual([]);
  });

  test('has a conversation written as a document, which carries no signatures', async () => {
    const server = new Server();
    const library = open(undefined, server);
    library.keep({ id: 'one', messages: [{ ...said('a1', 'Hi', 'gone'), signature: 'signed' }] }, null);
    await library.rename('one', 'Mine');
    const { address, name } = await library.documentOf('one', 'markdown');

    expect([address.startsWith('blob:'), name]).toEqual([true, 'Hello.md']);
    expect(server.written).toMatchObject({ format: 'markdown', document: { title: 'Mine', head: 'a1' } });
    expect(server.written?.document.messages).toEqual([said('a1', 'Hi', null)]);
    await expect(library.documentOf('two', 'json')).rejects.toThrow('not kept');
  });

  test('takes the conversations of a file in, with their names and times', async () => {
    const server = new Server();
    const messages = [said('q1', 'Hello'), said('a1', 'Hi', 'q1', 200)];
    const document: ConversationDocument = { format: 'salon-conversation', version: 1, head: 'a1', messages };
    server.file = { documents: [{ ...document, title: 'Theirs', updated_at: 500 }, document], skipped: 1 };
    const library = open(undefined, server);

    expect(await library.importFile(new Blob())).toEqual({ count: 2, skipped: 1 });
    const [first, second] = (await reopened()).get();
    expect(first).toMatchObject({ title: 'Theirs', isNamed: true, createdAt: 100, updatedAt: 500, head: 'a1' });
    expect(second).toMatchObject({ title: 'Hello', isNamed: false, updatedAt: 200 });
    expect(first?.id).not.toBe(second?.id);
    expect((await library.load(first?.id ?? ''))?.messages).toHaveLength(2);
    expect(await library.search('hi')).toHaveLength(2);
  });

  test('takes nothing in where nothing can be kept', async () => {
    const { client } = new Server();
    const library = createBrowserLibrary({
      client,
      archive: undefined,
      now_s: () => 1000,
      onChanged: () => {},
      onRemoved: () => {},
    });

    await expect(library.importFile(new Blob())).rejects.toThrow('can be kept');
  });
});

describe('a title', () => {
  test.each([
    ['Hello', 'Hello'],
    ['  Two\n lines ', 'Two lines'],
    ['x'.repeat(50), `${'x'.repeat(40)}…`],
    ['😀'.repeat(41), `${'😀'.repeat(40)}…`],
  ])('of %j is %j', (text, title) => {
    expect(automaticTitle([said('q1', text)])).toBe(title);
  });

  test('has a clip for each file, and nothing is nothing', () => {
    const file = { id: 'f', name: 'a.png', media_type: 'image/png', size_bytes: 1 };
    const message: StoredMessage = { ...said('q1', ''), message: { role: 'user', parts: [{ type: 'file', file }] } };

    expect(automaticTitle([message])).toBe('📎');
    expect(automaticTitle([])).toBe('');
  });
});

describe('branches', () => {
  const known = new Map(
    [said('q1', 'a'), said('a1', 'b', 'q1', 110), said('a2', 'c', 'q1', 120), said('q2', 'd', 'a1', 130)].map((one) => [
      one.id,
      one,
    ]),
  );

  test('lead from their end to the beginning', () => {
    expect(pathTo(known, 'q2').map(({ id }) => id)).toEqual(['q1', 'a1', 'q2']);
    expect(pathTo(known, 'unknown')).toEqual([]);
  });

  test('end where something was said last', () => {
    expect(latestLeaf(known, 'a1')).toBe('q2');
    expect(latestLeaf(known, undefined)).toBe('a2');
  });

  test('know the other versions of a message', () => {
    expect(withVersions(pathTo(known, 'a2'), known).map(({ versions }) => versions)).toEqual([undefined, ['a1', 'a2']]);
  });
});
