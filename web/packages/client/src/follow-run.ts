import { readEntries, type CallRequest, type Entry, type StoredMessage, type TurnRequest } from '@salon/protocol';
import { backoff } from './backoff';
import { openStream } from './open-stream';
import { ProblemError } from './problem-error';
import { isUnavailable } from './request';
import type { Transport } from './transport';

/** Where a run is picked up: by sending its turn or its call, or by its id. */
export interface Pickup {
  turn?: TurnRequest;
  call?: CallRequest;
  run?: string;
  after?: number;
  /** The browser's own messages up to the turn's parent, for a server that lost the conversation. */
  copy?: () => StoredMessage[];
}

/**
 * Yield the entries of a run until `run-end`, each once, however often the connection is cut.
 *
 * Before `run-start` a cut is mended by sending the turn again with its id, after it by following
 * the run. Throws `ProblemError` when the server refuses for good, and the transport's error when it waits no longer;
 * ends quietly when aborted.
 */
export async function* followRun(transport: Transport, pickup: Pickup, signal: AbortSignal): AsyncGenerator<Entry[]> {
  let { turn, run, after = 0 } = pickup;
  let failures = 0;
  while (!signal.aborted) {
    let pause_ms = backoff(failures);
    try {
      const stream = run
        ? openStream(transport, `api/runs/${run}/events?after=${after}`, readEntries, { signal })
        : openStream(
            transport,
            `api/${pickup.call ? 'calls' : 'turns'}${after ? `?after=${after}` : ''}`,
            readEntries,
            {
              method: 'POST',
              signal,
              body: pickup.call ?? turn ?? {},
            },
          );
      for await (const arrived of stream) {
        const entries = arrived.filter(({ number }) => number > after);
        const last = entries.at(-1);
        if (!last) continue;
        failures = 0;
        pause_ms = 0;
        after = last.number;
        for (const { event } of entries) if (event.type === 'run-start') run = event.run;
        yield entries;
        if (last.event.type === 'run-end') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError) {
        const { code, status } = error.problem;
        if (code === 'conversation.unknown' && status === 409 && turn && !turn.copy && pickup.copy) {
          const copy = pickup.copy();
          // Where not even the last message fits, the conversation goes on without its history.
          turn = { ...turn, copy, ...(copy.length === 0 && { parent: null }) };
          continue;
        }
        if (!isUnavailable(status)) throw error;
        pause_ms = Math.max(pause_ms, (error.retryAfter_s ?? 0) * 1000);
      }
    }
    failures += 1;
    await transport.wait(pause_ms, signal, failures);
  }
}
