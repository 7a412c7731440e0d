import type { TurnStream } from '@salon/client';
import type { Entry, Reply } from '@salon/protocol';
import { errorOf } from './error-of';
import { ReplyFailed } from './errors';
import { createReplyLog, type Answered, type ReplyLog } from './reply-log';

/**
 * The answer to a turn, which is under way from the beginning: await it for all of it, iterate it for its text as it
 * comes, or both, in any order and more than once. Leaving an iteration does not stop the reply; `cancel` does. Of an
 * answer that is neither awaited nor iterated, the failure is not reported.
 *
 * Both throw `ReplyFailed` when the reply did not become complete, the error of its kind when the turn was refused,
 * `ConnectionLost` when the server cannot be reached any more, and its reason when the turn's `signal` was aborted.
 */
export interface Answer extends Answered, PromiseLike<Answered>, AsyncIterable<string> {
  /** Pieces of text as they come. Together they are `text`, unless the reply becomes another one meanwhile. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, undefined>;
  /** The messages as they grow, to be shown: the newest state each time, none twice. */
  replies(): AsyncGenerator<Reply, void, undefined>;
  /** The numbered events of the reply: progress, notices and places in the queue, too. */
  events(): AsyncGenerator<Entry, void, undefined>;
  /** Stop the reply; the part that was read stays. */
  cancel(): Promise<void>;
  /** As of a promise. */
  catch<Other = never>(
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Answered | Other>;
  /** As of a promise. */
  finally(onFinally?: (() => void) | null): Promise<Answered>;
}

/** The requests that an answer is made of. */
export interface AnswerSource {
  /** Send the turn; `signal` is aborted when the answer is not wanted any more. */
  begin: (signal: AbortSignal) => Promise<TurnStream>;
  /** Have the server stop a run after the entry with this number. */
  cancel: (run: string, seen: number) => Promise<void>;
  /** Called when reading has ended, with the whole reply, or with `undefined`. */
  onEnd?: (reply: Reply | undefined, entries: readonly Entry[]) => void;
  signal?: AbortSignal | undefined;
}

/** Start reading an answer, and return it. */
export function createAnswer({
  begin,
  cancel: stop,
  onEnd,
  signal = new AbortController().signal,
}: AnswerSource): Answer {
  const log = createReplyLog();
  const { entries, done, answered } = log;
  let isStopping = false;
  // Entries after the reader's cancelling are taken back by the server, unless the reply had ended before.
  const readers = createReaders(log, () => isStopping && !log.reply().status);

  async function read(): Promise<void> {
    const stream = await begin(signal);
    try {
      for await (const arrived of stream) log.add(arrived);
    } catch (error) {
      throw errorOf(error);
    }
  }

  async function work(): Promise<void> {
    try {
      signal.throwIfAborted();
      await read();
    } catch (error) {
      log.close();
      onEnd?.(undefined, entries);
      log.end(signal.aborted ? signal.reason : error);
      return;
    }
    log.close();
    const { reply, text } = answered();
    onEnd?.(reply, entries);
    if (reply.status === 'complete') log.end();
    else log.end(new ReplyFailed(reply.failure, text));
  }

  async function cancel(): Promise<void> {
    isStopping = true;
    const seen = readers.seen() || (entries.at(-1)?.number ?? 0);
    const run = await log.started;
    if (run && !log.reply().status) await stop(run, seen);
  }

  const abort = () => {
    log.end(signal.reason);
    cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', abort, { once: true });
  void work().finally(() => signal.removeEventListener('abort', abort));

  return {
    get run() {
      return log.run();
    },
    get text() {
      return log.text();
    },
    get files() {
      return answered().files;
    },
    get reply() {
      return log.reply();
    },
    [Symbol.asyncIterator]: readers.pieces,
    replies: readers.replies,
    events: readers.events,
    cancel,
    then: (onFulfilled, onRejected) => done.then(onFulfilled, onRejected),
    catch: (onRejected) => done.catch(onRejected),
    finally: (onFinally) => done.finally(onFinally),
  };
}

/** Return the ways to iterate an answer; while `isWithheld`, none of the reply's text is given out. */
function createReaders({ entries, text, reply, watch }: ReplyLog, isWithheld: () => boolean) {
  /** The number of the last entry that was given out. */
  let seen = 0;

  function pieces(): AsyncGenerator<string, void, undefined> {
    let given = '';
    return watch(function* () {
      if (isWithheld()) return;
      const whole = text();
      const more = whole.startsWith(given) ? whole.slice(given.length) : '';
      given = whole;
      seen = entries.at(-1)?.number ?? 0;
      if (more) yield more;
    });
  }

  function replies(): AsyncGenerator<Reply, void, undefined> {
    let count = 0;
    return watch(function* () {
      if (entries.length === count || isWithheld()) return;
      count = entries.length;
      seen = entries.at(-1)?.number ?? 0;
      yield reply();
    });
  }

  function events(): AsyncGenerator<Entry, void, undefined> {
    let next = 0;
    return watch(function* () {
      for (let entry = entries[next]; entry; entry = entries[++next]) {
        seen = Math.max(seen, entry.number);
        yield entry;
      }
    });
  }

  return { pieces, replies, events, seen: () => seen };
}
