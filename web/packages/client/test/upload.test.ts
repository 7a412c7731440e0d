import type { FileRef } from '@salon/protocol';
import { expect, test } from 'vitest';
import { createClient, ProblemError } from '../src';
import { problem, scriptedServer, type Answer } from './scripted-server';

const ref: FileRef = { id: 'id-1', name: 'a.txt', media_type: 'text/plain', size_bytes: 10 };
const file = new Blob(['0123456789'], { type: 'text/plain' });
const created = () => Response.json(ref, { status: 201 });
const there = (size_bytes: number) => Response.json(size_bytes ? { size_bytes } : {});

type Sent = Response | 'cut';

/** A server whose uploads and other requests get the given answers one after the other. */
function setUp(sent: Sent[], answers: Answer[] = []) {
  const server = scriptedServer(answers);
  const parts: [string, string][] = [];
  const shares: number[] = [];
  const abort = new AbortController();
  server.transport.upload = async (url, part, onProgress) => {
    parts.push([new URL(url).search.replace(/upload=file-[a-z2-7]{20}/, 'upload=ID'), await part.text()]);
    onProgress(0.5);
    const answer = sent.shift();
    if (!answer) throw new Error('no answer left');
    if (answer === 'cut') throw new TypeError('cut');
    return answer;
  };
  const send = () => createClient(server.transport).upload(file, 'a.txt', (share) => shares.push(share), abort.signal);
  return { ...server, parts, shares, abort, send };
}

test('a file is one request', async () => {
  const { send, parts, calls } = setUp([created()]);

  expect(await send()).toEqual(ref);
  expect(parts).toEqual([['?name=a.txt&upload=ID', '0123456789']]);
  expect(calls).toEqual([]);
});

test('after a cut only what the server lacks is sent, and the share goes on from there', async () => {
  const { send, parts, shares, calls } = setUp(['cut', 'cut', created()], [there(4), there(6)]);

  expect(await send()).toEqual(ref);
  expect(parts).toEqual([
    ['?name=a.txt&upload=ID', '0123456789'],
    ['?name=a.txt&upload=ID&after=4', '456789'],
    ['?name=a.txt&upload=ID&after=6', '6789'],
  ]);
  expect(shares).toEqual([0.5, 0.7, 0.8]);
  expect(calls[0]?.path).toMatch(/\/api\/uploads\/file-[a-z2-7]{20}$/);
});

test('an upload whose answer was lost is not sent again', async () => {
  const { send, parts } = setUp(['cut'], [Response.json({ file: ref })]);

  expect(await send()).toEqual(ref);
  expect(parts).toHaveLength(1);
});

test('while the server cannot be reached, it is asked again and again', async () => {
  const away: Answer[] = Array.from({ length: 20 }, () => 'unreachable');
  const { send, links } = setUp(['cut', created()], [...away, problem(503, 'server.stopping'), there(4)]);

  expect(await send()).toEqual(ref);
  expect(links.at(-1)).toBe('online');
});

test('where the server is there and nothing arrives, it is given up', async () => {
  const { send, parts } = setUp(['cut', 'cut', 'cut', 'cut', 'cut'], [there(0), there(0), there(0), there(0)]);

  await expect(send()).rejects.toThrow('cut');
  expect(parts).toHaveLength(5);
});

test('a transport that waits no longer ends the attempts', async () => {
  const { send, transport } = setUp(['cut'], ['unreachable']);
  transport.wait = async (_milliseconds, _signal, failures) => {
    if (failures > 1) throw new Error('lost');
  };

  await expect(send()).rejects.toThrow('lost');
});

test('a refusal is one', async () => {
  const { send, parts } = setUp([problem(415, 'file.type')]);

  await expect(send()).rejects.toThrow(ProblemError);
  expect(parts).toHaveLength(1);
});

test('another part than the server has makes it look', async () => {
  const { send } = setUp([problem(409, 'upload.part'), created()], [there(4)]);

  expect(await send()).toEqual(ref);
});

test('who gives up tells the server', async () => {
  const { send, abort, calls, transport } = setUp([], [new Response(null, { status: 204 })]);
  transport.upload = async () => {
    abort.abort();
    throw new DOMException('aborted', 'AbortError');
  };

  await expect(send()).rejects.toThrow('aborted');
  expect(calls).toMatchObject([{ method: 'DELETE' }]);
});
