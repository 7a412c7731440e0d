import { createParser } from 'eventsource-parser';
import type { HeadView, RunEvent } from './generated';

/** One event of a run with its number in the run's log. */
export interface Entry {
  number: number;
  event: RunEvent;
}

/** Reads one event of a stream; `undefined` for an event that is not understood. */
type Read<T> = (message: { id: string | undefined; data: string }) => T | undefined;

/**
 * Yield the entries of an event stream as they arrive, those of one network chunk together.
 *
 * `onBytes` is called for every chunk, signs of life included. A stream that is cut ends the
 * iteration or throws the stream's error; half an event at the cut is dropped.
 */
export function readEntries(
  stream: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<Entry[]> {
  return readStream(stream, onBytes, ({ id, data }) => {
    const event = parse<RunEvent>(data, 'type');
    return event && id ? { number: Number(id), event } : undefined;
  });
}

/** Yield the ids of a conversation's last message, one for each event of the stream; otherwise like `readEntries`. */
export function readHeads(
  stream: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<string[]> {
  return readStream(stream, onBytes, ({ data }) => parse<HeadView>(data, 'head')?.head);
}

async function* readStream<T>(
  stream: ReadableStream<Uint8Array>,
  onBytes: () => void,
  read: Read<T>,
): AsyncGenerator<T[]> {
  let arrived: T[] = [];
  const parser = createParser({
    onEvent({ id, data }) {
      const found = read({ id, data });
      if (found !== undefined) arrived.push(found);
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
      const found = arrived;
      arrived = [];
      yield found;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** An object that has a text of the name `field`. */
function parse<T>(data: string, field: string): T | undefined {
  try {
    const value: unknown = JSON.parse(data);
    const isKnown =
      typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[field] === 'string';
    return isKnown ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
