import { createParser } from 'eventsource-parser';
import type { RunEvent } from './generated';

/** One event of a run with its number in the run's log. */
export interface Entry {
  number: number;
  event: RunEvent;
}

/**
 * Yield the entries of an event stream as they arrive, those of one network chunk together.
 *
 * `onBytes` is called for every chunk, signs of life included. A stream that is cut ends the
 * iteration or throws what the stream throws; half an event at the cut is dropped.
 */
export async function* readEntries(
  stream: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<Entry[]> {
  let arrived: Entry[] = [];
  const parser = createParser({
    onEvent({ id, data }) {
      const event = parseEvent(data);
      if (event && id) arrived.push({ number: Number(id), event });
    },
  });
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      parser.feed(decoder.decode(value, { stream: true }));
      if (arrived.length === 0) continue;
      const entries = arrived;
      arrived = [];
      yield entries;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parseEvent(data: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(data);
    const isEvent = typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
    return isEvent ? (value as RunEvent) : undefined;
  } catch {
    return undefined;
  }
}
