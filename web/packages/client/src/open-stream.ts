import { request, type RequestOptions } from './request';
import type { Transport } from './transport';

const silence_ms = 45_000;

/**
 * Open an event stream and yield what `read` finds in it. A stream that gives no sign of life for 45 s counts as
 * cut, and so does one that was open when the device lost its network: it may never notice itself.
 */
export async function* openStream<T>(
  transport: Transport,
  path: string,
  read: (body: ReadableStream<Uint8Array>, onBytes: () => void) => AsyncGenerator<T>,
  options: RequestOptions & { signal: AbortSignal },
): AsyncGenerator<T> {
  const cut = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => cut.abort(), silence_ms);
  };
  alive();
  const stopListening = transport.onOffline(() => {
    transport.onLink('lost');
    cut.abort();
  });
  try {
    const signal = AbortSignal.any([options.signal, cut.signal]);
    const response = await request(transport, path, { ...options, signal });
    if (response.body) yield* read(response.body, alive);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}
