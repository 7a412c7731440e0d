import { ProblemError, type Client } from '@salon/client';
import type { FileRef, FilesConfig } from '@salon/protocol';
import { expect, test, vi } from 'vitest';
import { createAttachments } from '../src';

interface Upload {
  name: string;
  onProgress: (share: number) => void;
  signal: AbortSignal;
  resolve: (ref: FileRef) => void;
  reject: (error: unknown) => void;
}

function setUp(config: FilesConfig | undefined = {}) {
  const uploads: Upload[] = [];
  const removeFile = vi.fn(async () => {});
  const client = {
    upload: (_file: Blob, name: string, onProgress: (share: number) => void, signal: AbortSignal) =>
      new Promise<FileRef>((resolve, reject) => uploads.push({ name, onProgress, signal, resolve, reject })),
    removeFile,
  } as unknown as Client;
  return { uploads, removeFile, attachments: createAttachments(client, config) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const ref = (name: string): FileRef => ({ id: `id-${name}`, name, media_type: 'text/plain', size_bytes: 1 });
const file = (type = 'text/plain', size = 1) => new Blob(['x'.repeat(size)], { type });

test('a file is uploaded at once, tells how far it is, and can be taken when it is there', async () => {
  const { attachments, uploads } = setUp();
  attachments.add(file(), 'a.txt');
  uploads[0]?.onProgress(0.5);
  expect(attachments.get()[0]?.share).toBe(0.5);
  expect(attachments.take()).toBeUndefined();
  uploads[0]?.resolve(ref('a.txt'));
  await settle();

  expect(attachments.take()).toEqual([ref('a.txt')]);
  expect(attachments.get()).toEqual([]);
});

test('a refused file says why, keeps out of the message, and stays to be seen', async () => {
  const { attachments, uploads } = setUp();
  attachments.add(file(), 'a.txt');
  uploads[0]?.reject(new ProblemError({ status: 415, code: 'file.type', title: '', detail: '' }, undefined));
  await settle();

  expect(attachments.take()).toEqual([]);
  expect(attachments.get()[0]?.problem).toBe('file.type');
});

test('an upload that was lost can be tried again', async () => {
  const { attachments, uploads } = setUp();
  attachments.add(file(), 'a.txt');
  uploads[0]?.reject(new TypeError());
  await settle();
  expect(attachments.get()[0]?.problem).toBe('file.lost');
  attachments.retry(attachments.get()[0]?.number ?? 0);
  uploads[1]?.resolve(ref('a.txt'));
  await settle();

  expect(attachments.take()).toEqual([ref('a.txt')]);
});

test('removing a file ends its upload, or takes it off the server', async () => {
  const { attachments, uploads, removeFile } = setUp();
  attachments.add(file(), 'a.txt');
  attachments.add(file(), 'b.txt');
  uploads[1]?.resolve(ref('b.txt'));
  await settle();
  for (const { number } of attachments.get()) attachments.remove(number);

  expect(uploads[0]?.signal.aborted).toBe(true);
  expect(removeFile).toHaveBeenCalledExactlyOnceWith('id-b.txt');
});

test('what shows without its content to be wrong is not uploaded', () => {
  const { attachments, uploads } = setUp({ types: ['image', '.pdf'], size_bytes: 2 });
  attachments.add(file('text/plain'), 'a.txt');
  attachments.add(file('image/png', 3), 'a.png');
  attachments.add(file('image/png'), 'b.png');
  attachments.add(file('application/pdf'), 'b.PDF');

  expect(attachments.get().map(({ problem }) => problem)).toEqual([
    'file.type',
    'file.too-large',
    undefined,
    undefined,
  ]);
  expect(uploads.map(({ name }) => name)).toEqual(['b.png', 'b.PDF']);
});

test('a message with one file gets the last one', () => {
  const { attachments } = setUp({ count: 'single' });
  attachments.add(file(), 'a.txt');
  attachments.add(file(), 'b.txt');

  expect(attachments.get().map(({ name }) => name)).toEqual(['b.txt']);
});

test('without a configuration nothing can be attached', () => {
  const { client } = { client: {} as Client };
  const attachments = createAttachments(client, undefined);
  attachments.add(file(), 'a.txt');

  expect(attachments.get()).toEqual([]);
});

test('where there is room for one file, one that is refused does not take the place of one that is accepted', async () => {
  const { attachments, uploads } = setUp({ count: 'single', types: ['.txt'] });
  attachments.add(file(), 'a.txt');
  uploads[0]?.resolve(ref('a.txt'));
  await settle();
  attachments.add(file('application/zip'), 'b.zip');
  attachments.add(file('application/zip'), 'c.zip');

  expect(attachments.get().map(({ name }) => name)).toEqual(['a.txt', 'c.zip']);
  attachments.add(file(), 'd.txt');
  expect(attachments.get().map(({ name }) => name)).toEqual(['d.txt']);
});
