import { readHeads } from '@salon/protocol';
import { backoff } from './backoff';
import { openStream } from './open-stream';
import { ProblemError } from './problem-error';
import { isUnavailable } from './request';
import type { Transport } from './transport';

/**
 * Yield the message with which a conversation ends, now and whenever something is added to it, over cuts, until aborted.
 *
 * No user waits for it, so it does not report that the server cannot be reached. Throws `ProblemError` when the server refuses.
 */
export async function* watch(transport: Transport, conversation: string, signal: AbortSignal): AsyncGenerator<string> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const stream = openStream(transport, `api/conversations/${conversation}/changes`, readHeads, {
        signal,
        isQuiet: true,
      });
      for await (const heads of stream) {
        failures = 0;
        yield* heads;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError && !isUnavailable(error.problem.status)) throw error;
    }
    failures += 1;
    await transport.wait(backoff(failures), signal, failures);
  }
}
