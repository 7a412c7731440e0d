import { readEntries, type Entry } from '@salon/protocol';
import { request, type RequestOptions } from './request';
import type { Transport } from './transport';

const silence_ms = 45_000;

/** Open an event stream and yield its entries; a stream that gives no sign of life for 45 s counts as cut. */
export async function* openStream(
  transport: Transport,
  path: string,
  options: RequestOptions & { signal: AbortSignal },
): AsyncGenerator<Entry[]> {
  const silent = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), silence_ms);
  };
  alive();
  try {
    const signal = AbortSignal.any([options.signal, silent.signal]);
    const response = await request(transport, path, { ...options, signal });
    if (response.body) yield* readEntries(response.body, alive);
  } finally {
    clearTimeout(timer);
  }
}
