import { createClient as createCore } from '@salon/client';
import { createClient, type Client } from './client';
import { typed } from './error-of';
import { ClientError } from './errors';
import { createTransport } from './transport';

/** How to talk to an application. */
export interface ConnectOptions {
  /** Name and password, where users sign in. */
  auth?: readonly [name: string, password: string] | undefined;
  /** To be sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Which of the application's chats, where there are several. */
  chat?: string | undefined;
  /**
   * Have the server recognise this client, as it does a browser, without anybody signing in: what it asks for is its
   * own, and kept conversations are listed. `true` makes a new visitor, `client.visitor` of earlier the same again.
   */
  visitor?: boolean | string | undefined;
  /** After how many fruitless attempts in a row `ConnectionLost` is thrown; 8 by default, about half a minute. */
  attempts?: number | undefined;
  /** What to send requests with; the global `fetch` by default. */
  fetch?: ((url: string, init?: RequestInit) => Promise<Response>) | undefined;
}

const visitorCookies = ['salon-visitor', '__Host-salon-visitor'];

/**
 * Return a client of the application at an address: in pages, one relative to the page will do.
 *
 * Throws `AuthenticationError` when somebody has to sign in, or name or password are wrong, and `ConnectionLost` when
 * there is no server.
 */
export async function connect(url: string | URL, options: ConnectOptions = {}): Promise<Client> {
  const { auth, headers = {}, chat = 'chat', visitor, attempts = 8 } = options;
  const base = baseOf(url);
  const transport = createTransport({
    base,
    auth,
    attempts,
    headers: { ...headers },
    fetch: options.fetch ?? ((address, init) => fetch(address, init)),
  });
  const core = createCore(transport);
  // Its name says whether the server sees the requests by HTTPS, which a proxy may end before it.
  if (typeof visitor === 'string') for (const name of visitorCookies) transport.cookies.set(name, visitor);
  await typed(transport.signIn());
  if (visitor === true) await (await typed(transport.fetch(base))).body?.cancel();
  const { endpoints = [] } = await typed(core.endpoints());
  return createClient({
    core,
    chat,
    endpoints,
    url: base,
    fetch: transport.fetch,
    visitor: () => visitorCookies.map((name) => transport.cookies.get(name)).find((value) => value),
  });
}

function baseOf(url: string | URL): string {
  try {
    const base = new URL(url, globalThis.document?.baseURI);
    base.search = base.hash = '';
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    return base.href;
  } catch (error) {
    throw new ClientError('client.url', `\`${url}\` is not the address of an application.`, { cause: error });
  }
}
