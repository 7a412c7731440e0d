import { ProblemError, wait, type Transport } from '@salon/client';
import { ConnectionLost } from './errors';

/** How a client reaches its server. */
export interface TransportOptions {
  base: string;
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
  headers: Record<string, string>;
  auth: readonly [string, string] | undefined;
  attempts: number;
}

/** A transport made of `fetch`, which signs in, and stores the server's cookies where no browser does. */
export interface FetchTransport extends Transport {
  signIn(): Promise<void>;
  cookies: Map<string, string>;
}

/** Return a transport that sends its requests with `fetch`. */
export function createTransport({ base, fetch, headers, auth, attempts }: TransportOptions): FetchTransport {
  // Browsers store the cookies themselves: scripts can neither read nor send them.
  const cookies = new Map<string, string>();
  let lost: ConnectionLost | undefined;

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    let response: Response;
    try {
      response = await fetch(url, {
        credentials: 'include',
        ...init,
        headers: {
          ...headers,
          ...(init.headers as Record<string, string> | undefined),
          ...(cookie && { Cookie: cookie }),
        },
      });
    } catch (error) {
      init.signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      throw (lost = new ConnectionLost('client.lost', `The server cannot be reached: ${reason}.`, { cause: error }));
    }
    for (const line of response.headers.getSetCookie()) keep(line);
    return response;
  }

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    if (value && !/;\s*max-age=0/i.test(line)) cookies.set(name, value);
    else cookies.delete(name);
  }

  async function signIn(): Promise<void> {
    if (!auth) return;
    const [username, password] = auth;
    const body = new URLSearchParams({ username, password });
    const response = await send(new URL('login', base).href, { method: 'POST', body, redirect: 'manual' });
    // Browsers do not show where a redirection leads, only that there is one: it is to the page.
    if (response.ok || response.status === 303 || response.type === 'opaqueredirect') return;
    if (response.status !== 401) throw await ProblemError.from(response);
    const detail = 'The name or the password is wrong.';
    throw new ProblemError({ status: 401, code: 'login.wrong', title: 'Unauthorized', detail }, undefined);
  }

  /** Send a request; where the session has expired, sign in and send it once more. */
  async function request(url: string, init?: RequestInit): Promise<Response> {
    const response = await send(url, init);
    if (response.status !== 401 || !auth) return response;
    await response.body?.cancel();
    await signIn();
    return await send(url, init);
  }

  return {
    base,
    cookies,
    signIn,
    fetch: request,
    upload: (url, file, _, signal) =>
      request(url, {
        method: 'POST',
        body: file,
        signal,
        headers: { 'Content-Type': file.type || 'application/octet-stream' },
      }),
    wait: async (milliseconds, signal, failures) => {
      if (failures <= attempts) return await wait(milliseconds, signal);
      throw lost ?? new ConnectionLost('client.lost', 'The connection ends again and again before anything comes.');
    },
    onLink: () => {},
    onOffline(callback) {
      globalThis.addEventListener?.('offline', callback);
      return () => globalThis.removeEventListener?.('offline', callback);
    },
  };
}
