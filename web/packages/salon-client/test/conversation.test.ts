import type { EndpointView, MessageView, RunEvent } from '@salon/protocol';
import { expect, test } from 'vitest';
import { problem, stream } from '../../client/test/scripted-server';
import { ConflictError, ConnectionLost, NotFoundError, RateError } from '../src';
import { scriptedClient } from './scripted-client';

const reply = (text: string, id = `msg-${text}0000000`): RunEvent[] => [
  { type: 'run-start', run: 'run-00000001' },
  { type: 'message-start', id },
  { type: 'part-start', value: { type: 'text', text } },
  { type: 'run-end' },
];
const view = (id: string, role: 'user' | 'assistant', parent: string | null = null): MessageView => ({
  id,
  parent,
  created_at: 1,
  message: { role, parts: [{ type: 'text', text: id }] },
});

test('each turn follows the one before, also when they are asked at once', async () => {
  const { client, calls } = await scriptedClient([stream(reply('a')), stream(reply('b'))]);
  const conversation = client.conversation();

  const answers = await Promise.all([conversation.ask('1'), conversation.ask('2')]);

  expect(answers.map(({ text }) => text)).toEqual(['a', 'b']);
  expect(calls).toMatchObject([
    { body: { parent: null, conversation: conversation.id, chat: 'chat' } },
    { body: { parent: 'msg-a0000000', conversation: conversation.id } },
  ]);
  expect(conversation.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
});

test('another answer follows the same question', async () => {
  const { client, calls } = await scriptedClient([stream(reply('a')), stream(reply('b'))]);
  const conversation = client.conversation();
  await conversation.ask('1');

  expect((await conversation.retry()).text).toBe('b');
  const [first, second] = calls.map(({ body }) => body as { message?: { id: string }; parent: string | null });
  expect(second).toMatchObject({ parent: first?.message?.id });
  expect(second).not.toHaveProperty('message');
  expect(conversation.messages).toHaveLength(2);
});

test('a server that has lost the conversation gets a copy, with the signatures that it gave', async () => {
  const signed: RunEvent[] = [...reply('a').slice(0, 3), { type: 'run-end', signatures: ['of-reply'] }];
  const { client, calls } = await scriptedClient([
    stream(signed),
    problem(409, 'conversation.unknown'),
    stream(reply('b')),
  ]);
  const conversation = client.conversation();
  await conversation.ask('1');
  await conversation.ask('2');

  expect(calls[2]?.body).toMatchObject({
    copy: [{ message: { role: 'user' } }, { id: 'msg-a0000000', signature: 'of-reply' }],
  });
});

test('a conversation with an id is read once, all of it', async () => {
  const { client, calls } = await scriptedClient([
    Response.json({
      id: 'conv-00000001',
      earlier: true,
      messages: [view('msg-00000002', 'assistant', 'msg-00000001')],
    }),
    Response.json({ id: 'conv-00000001', messages: [view('msg-00000001', 'user')] }),
    stream(reply('a')),
  ]);
  const conversation = client.conversation('conv-00000001');
  await conversation.ask('1');

  expect(calls.map(({ path }) => path)).toEqual([
    '/deep/chat/api/conversations/conv-00000001?limit=200',
    '/deep/chat/api/conversations/conv-00000001?limit=200&before=msg-00000002',
    '/deep/chat/api/turns',
  ]);
  expect(calls[2]?.body).toMatchObject({ parent: 'msg-00000002' });
  expect(conversation.messages).toHaveLength(4);
});

test('a conversation that the server does not know begins anew', async () => {
  const { client } = await scriptedClient([problem(404, 'conversation.unknown'), stream(reply('a'))]);

  expect((await client.conversation('conv-00000001').ask('1')).text).toBe('a');
});

test('of a long conversation, the copy has the end', async () => {
  const messages = Array.from({ length: 202 }, (_, index) =>
    view(`msg-${1000 + index}`, index % 2 ? 'assistant' : 'user', index ? `msg-${999 + index}` : null),
  );
  const { client, calls } = await scriptedClient([
    Response.json({ id: 'conv-00000001', earlier: true, messages: messages.slice(2) }),
    Response.json({ id: 'conv-00000001', messages: messages.slice(0, 2) }),
    problem(409, 'conversation.unknown'),
    stream(reply('a')),
  ]);
  await client.conversation('conv-00000001').ask('1');

  const { copy, parent } = calls.at(-1)?.body as { copy: MessageView[]; parent: string };
  expect(copy).toHaveLength(200);
  expect(copy.at(-1)?.id).toBe(parent);
});

test('the reply that is being written is picked up', async () => {
  const messages = [view('msg-00000001', 'user')];
  const { client, calls } = await scriptedClient([
    Response.json({ id: 'conv-00000001', messages, run: { id: 'run-00000001' } }),
    stream(reply('a')),
    Response.json({ id: 'conv-00000001', messages }),
  ]);
  const conversation = client.conversation('conv-00000001');

  expect((await conversation.follow()).text).toBe('a');
  expect(calls[1]?.path).toBe('/deep/chat/api/runs/run-00000001/events?after=0');
  expect(conversation.messages).toHaveLength(2);
  await expect(conversation.follow()).rejects.toThrow(NotFoundError);
});

test('a turn waits for the reply that is being written', async () => {
  const messages = [view('msg-00000001', 'user'), view('msg-a0000000', 'assistant', 'msg-00000001')];
  const { client, calls } = await scriptedClient([
    Response.json({ id: 'conv-00000001', messages: messages.slice(0, 1), run: { id: 'run-00000001' } }),
    stream(reply('a')),
    Response.json({ id: 'conv-00000001', messages }),
    stream(reply('b')),
  ]);

  expect((await client.conversation('conv-00000001').ask('1')).text).toBe('b');
  expect(calls.at(-1)?.body).toMatchObject({ parent: 'msg-a0000000' });
});

test('a file that cannot be read is not sent', async () => {
  const { client, calls } = await scriptedClient([]);

  await expect(client.ask('1', { files: ['nowhere/a.txt'] })).rejects.toMatchObject({
    name: 'ClientError',
    code: 'file.path',
  });
  expect(calls).toEqual([]);
});

test('what a reply leaves unknown when the connection is lost is read before the next turn', async () => {
  const { client, calls } = await scriptedClient(
    [
      stream(reply('a').slice(0, 2), { cut: true }),
      'unreachable',
      Response.json({
        id: '',
        messages: [view('msg-00000001', 'user'), view('msg-00000002', 'assistant', 'msg-00000001')],
      }),
      stream(reply('b')),
    ],
    { attempts: 1 },
  );
  const conversation = client.conversation();

  await expect(conversation.ask('1')).rejects.toThrow(ConnectionLost);
  await conversation.ask('2');
  expect(calls.at(-1)?.body).toMatchObject({ parent: 'msg-00000002' });
});

test('a turn that is aborted before it is sent is not sent', async () => {
  const { client, calls } = await scriptedClient([]);
  const aborted = AbortSignal.abort(new Error('never mind'));

  await expect(client.ask('1', { signal: aborted })).rejects.toThrow('never mind');
  expect(calls).toEqual([]);
});

test('inputs go by the names of parameters', async () => {
  const endpoints: EndpointView[] = [
    { name: 'chat', chat: 'chat', parameters: [{ name: 'message' }, { name: 'temperature', input: 'c1' }] },
  ];
  const { client, calls } = await scriptedClient([stream(reply('a'))], { endpoints });
  const file = { id: 'file-1', name: 'a.txt', media_type: 'text/plain', size_bytes: 1 };
  await client.ask('1', { inputs: { temperature: 0.5, c2: [file] } });

  expect(calls[0]?.body).toMatchObject({ inputs: { c1: 0.5, c2: [{ $file: 'file-1' }] } });
});

test('a function is called by its name, and gives what it has set', async () => {
  const endpoints: EndpointView[] = [
    { name: 'add', event: 'e1', outputs: ['c3', 'c4'], parameters: [{ name: 'left', input: 'c1' }] },
    { name: 'chat', chat: 'chat' },
  ];
  const events: RunEvent[] = [
    { type: 'run-start', run: 'run-00000001' },
    { type: 'output-set', node: 'c4', text: 'thr' },
    { type: 'output-delta', node: 'c4', text: 'ee' },
    { type: 'output-set', node: 'c3', props: { value: 3 } },
    { type: 'run-end' },
  ];
  const { client, calls } = await scriptedClient([stream(events)], { endpoints });

  expect((await client.call('add', { left: 1 })).map(({ value }) => value)).toEqual([3, 'three']);
  expect(calls[0]).toMatchObject({ path: '/deep/chat/api/calls', body: { endpoint: 'e1', inputs: { c1: 1 } } });
  await expect(client.call('nothing')).rejects.toThrow('no endpoint `nothing`');
  await expect(client.call('chat')).rejects.toThrow('use `ask`');
});

test('a refusal is an error of its kind, with what the server says of it', async () => {
  const full = Response.json(
    { status: 429, code: 'queue.full', title: '', detail: 'Full.' },
    { status: 429, headers: { 'Retry-After': '7' } },
  );
  const { client } = await scriptedClient([full, problem(409, 'message.taken')]);

  const refused = await client.ask('1').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RateError);
  expect(refused).toMatchObject({
    name: 'RateError',
    code: 'queue.full',
    message: 'Full.',
    status: 429,
    retryAfter_s: 7,
  });
  await expect(client.ask('1')).rejects.toThrow(ConflictError);
});

test('the list of conversations is read page by page', async () => {
  const entry = (id: string) => ({ id, title: id, chat: 'chat', created_at: 1, updated_at: 1 });
  const { client, calls } = await scriptedClient([
    Response.json({ conversations: [entry('a')], next: 'cursor' }),
    Response.json({ conversations: [entry('b')] }),
  ]);
  const titles = [];
  for await (const { title } of client.conversations({ search: 'word' })) titles.push(title);

  expect(titles).toEqual(['a', 'b']);
  expect(calls[1]?.path).toBe('/deep/chat/api/conversations?chat=chat&search=word&before=cursor');
});

test('what one thinks goes to the last reply, with a copy where the server has lost it', async () => {
  const { client, calls } = await scriptedClient([
    stream(reply('a')),
    problem(404, 'conversation.unknown'),
    Response.json({ message: '', feedback: {} }),
  ]);
  const conversation = client.conversation();
  await expect(conversation.judge('Like')).rejects.toThrow('no reply yet');
  await conversation.ask('1');
  await conversation.judge('Like', { comment: 'Good' });

  expect(calls[1]?.body).toEqual({ message: 'msg-a0000000', options: ['Like'], comment: 'Good', chat: 'chat' });
  expect(calls[2]?.body).toMatchObject({ copy: [{ message: { role: 'user' } }, { id: 'msg-a0000000' }] });
});
