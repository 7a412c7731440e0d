import { ProblemError } from './problem-error';
import type { Transport } from './transport';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A blob of JSON is sent as it is. */
  body?: object | Blob;
  signal?: AbortSignal;
  /** It is carried out although the page may be left meanwhile; only for small bodies. */
  outlivesPage?: boolean;
  /** Whether the server can be reached is not reported to `onLink`. */
  isQuiet?: boolean;
}

/**
 * Send one request to an address relative to the page.
 *
 * Throws `ProblemError` when the server refuses, and what `fetch` throws when it can't be reached.
 */
export async function request(transport: Transport, path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', body, signal, outlivesPage, isQuiet } = options;
  const onLink = isQuiet ? () => undefined : transport.onLink;
  let response: Response;
  try {
    response = await transport.fetch(new URL(path, transport.base).href, {
      method,
      ...(body && {
        headers: { 'Content-Type': 'application/json' },
        body: body instanceof Blob ? body : JSON.stringify(body),
      }),
      ...(signal && { signal }),
      ...(outlivesPage && { keepalive: true }),
    });
  } catch (error) {
    if (!signal?.aborted) onLink('lost');
    throw error;
  }
  if (isUnavailable(response.status)) onLink('stopping');
  else onLink('online');
  if (!response.ok) throw await ProblemError.from(response);
  return response;
}

/** Whether a status means that the server, or a proxy before it, is unavailable for a moment. */
export function isUnavailable(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
