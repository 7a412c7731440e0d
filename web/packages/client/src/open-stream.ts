import { readEntries, type Entry } from '@salon/protocol';
import { request, type RequestOptions } from './request';
import type { Transport } from './transport';

const silence_ms = 45_000;

/**
 * Open an event stream and yield its entries. A stream that gives no sign of life for 45 s counts as
 * cut, and so does one that was open when the device lost its network: it may never notice itself.
 */
export async function* openStream(
  transport: Transport,
  path: string,
  options: RequestOptions & { signal: AbortSignal },
): AsyncGenerator<Entry[]> {
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
    if (response.body) yield* readEntries(response.body, alive);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}
