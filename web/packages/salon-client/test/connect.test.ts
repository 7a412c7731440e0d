import { expect, test } from 'vitest';
import { AuthenticationError, ClientError, connect, ConnectionLost } from '../src';

interface Asked {
  method: string;
  path: string;
  cookie: string | null;
  body: unknown;
}

/** A `fetch` that gets its answers one after the other, and what it was asked. */
function scriptedFetch(...answers: (Response | Error)[]) {
  const asked: Asked[] = [];
  const fetch = async (url: string, init: RequestInit = {}) => {
    const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
    asked.push({
      method: init.method ?? 'GET',
      path: new URL(url).pathname,
      cookie: new Headers(init.headers).get('Cookie'),
      body,
    });
    const answer = answers.shift();
    if (!answer) throw new Error('no answer left');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { fetch, asked };
}

const endpoints = () => Response.json({ address: '', endpoints: [{ name: 'chat', chat: 'chat' }] });
const signedIn = (token: string) =>
  new Response(null, {
    status: 303,
    headers: { Location: './', 'Set-Cookie': `salon-user=${token}; Max-Age=60; Path=/; HttpOnly` },
  });
const loginRequired = () =>
  Response.json({ status: 401, code: 'login.required', title: '', detail: 'Sign in.' }, { status: 401 });

test('the address may lack its slash, and have what browsers add', async () => {
  const { fetch } = scriptedFetch(endpoints());
  const client = await connect('https://host.test/chat?lang=de#top', { fetch });

  expect(client.url).toBe('https://host.test/chat/');
  expect(client.endpoints).toEqual([{ name: 'chat', chat: 'chat' }]);
});

test('what is no address is said', async () => {
  await expect(connect('chat')).rejects.toThrow(ClientError);
});

test('who signs in stays so by the cookie', async () => {
  const { fetch, asked } = scriptedFetch(signedIn('t1'), endpoints());
  await connect('https://host.test', { auth: ['ann', 'secret word'], fetch });

  expect(asked).toEqual([
    { method: 'POST', path: '/login', cookie: null, body: 'username=ann&password=secret+word' },
    { method: 'GET', path: '/api/endpoints', cookie: 'salon-user=t1', body: undefined },
  ]);
});

test('a wrong password is an error of its kind', async () => {
  const { fetch } = scriptedFetch(new Response('<html>', { status: 401 }));

  await expect(connect('https://host.test', { auth: ['ann', 'wrong'], fetch })).rejects.toMatchObject({
    name: 'AuthenticationError',
    code: 'login.wrong',
  });
});

test('who has to sign in and does not is told at once', async () => {
  const { fetch } = scriptedFetch(loginRequired());

  await expect(connect('https://host.test', { fetch })).rejects.toThrow(AuthenticationError);
});

test('a signing-in that has ended is done again, and the request with it', async () => {
  const { fetch, asked } = scriptedFetch(
    signedIn('t1'),
    endpoints(),
    loginRequired(),
    signedIn('t2'),
    Response.json({ title: 'Hi' }),
  );
  const client = await connect('https://host.test', { auth: ['ann', 'word'], fetch });

  expect((await client.config()).title).toBe('Hi');
  expect(asked.slice(2).map(({ path, cookie }) => [path, cookie])).toEqual([
    ['/api/config', 'salon-user=t1'],
    ['/login', 'salon-user=t1'],
    ['/api/config', 'salon-user=t2'],
  ]);
});

test('a visitor is known by what the page gave, and is the same one again with it', async () => {
  const page = new Response('<html>', { headers: { 'Set-Cookie': 'salon-visitor=secret; Path=/' } });
  const first = await connect('https://host.test', { visitor: true, fetch: scriptedFetch(page, endpoints()).fetch });
  const { fetch, asked } = scriptedFetch(endpoints());
  await connect('https://host.test', { visitor: first.visitor, fetch });

  expect(first.visitor).toBe('secret');
  expect(asked[0]?.cookie).toContain('salon-visitor=secret');
});

test('what is no Salon application is told apart', async () => {
  const { fetch } = scriptedFetch(new Response('<!doctype html>'));

  await expect(connect('https://host.test', { fetch })).rejects.toMatchObject({
    name: 'SalonError',
    code: 'client.answer',
  });
});

test('where no server is, the connection is lost', async () => {
  const { fetch } = scriptedFetch(new TypeError('fetch failed'));

  await expect(connect('https://host.test', { fetch })).rejects.toThrow(ConnectionLost);
});
