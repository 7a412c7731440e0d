import type { TurnStream } from '@salon/client';
import { createFolding, type Entry, type FileRef, type Reply } from '@salon/protocol';
import { errorOf } from './error-of';
import { ReplyFailed } from './errors';
import { filesOf } from './files-of';
import { textOf } from './text-of';

/** What an answer has said: all of it once it was waited for, else as much as has come. */
export interface Answered {
  /** The id of its run, by which `client.follow` picks it up again; `undefined` before the server has accepted it. */
  readonly run: string | undefined;
  /** The text, without thoughts and files. */
  readonly text: string;
  /** The files. */
  readonly files: FileRef[];
  /** The messages with all their parts, and how the reply ended. */
  readonly reply: Reply;
}

/**
 * The answer to a turn, which is under way from the beginning: await it for all of it, iterate it for its text as it
 * comes, or both, in any order and more than once. Leaving an iteration does not stop the reply; `cancel` does. Of an
 * answer that nobody waits for, nobody hears how it failed.
 *
 * Both throw `ReplyFailed` when the reply did not become complete, the error of its kind when the turn was refused,
 * `ConnectionLost` when the server cannot be reached any more, and its reason when the turn's `signal` was aborted.
 */
export interface Answer extends Answered, PromiseLike<Answered>, AsyncIterable<string> {
  /** Pieces of text as they come. Together they are `text`, unless the reply becomes another one meanwhile. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, undefined>;
  /** The messages as they grow, for those who show them: the newest state each time, none twice. */
  replies(): AsyncGenerator<Reply, void, undefined>;
  /** The numbered events of the reply: progress, notices and places in the queue, too. */
  events(): AsyncGenerator<Entry, void, undefined>;
  /** Stop the reply; it keeps what was seen of it. */
  cancel(): Promise<void>;
  /** As of a promise. */
  catch<Other = never>(
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Answered | Other>;
  /** As of a promise. */
  finally(onFinally?: (() => void) | null): Promise<Answered>;
}

/** What an answer is made of. */
export interface AnswerSource {
  /** Send what is to be answered; `signal` tells that nobody wants it any more. */
  begin: (signal: AbortSignal) => Promise<TurnStream>;
  /** Have the server stop a run after the entry with this number. */
  cancel: (run: string, seen: number) => Promise<void>;
  /** Hear how reading ended: with a reply that is whole, or without. */
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
  const folding = createFolding();
  const entries: Entry[] = [];
  let run: string | undefined;
  let shown = 0;
  let hasEnded = false;
  let isStopping = false;
  let wake = () => {};
  let news = new Promise<void>((resolve) => (wake = resolve));
  let start: (run: string | undefined) => void = () => {};
  const started = new Promise<string | undefined>((resolve) => (start = resolve));
  let settle: { resolve: (answered: Answered) => void; reject: (error: unknown) => void };
  const done = new Promise<Answered>((resolve, reject) => (settle = { resolve, reject }));
  // Whoever only iterates gets the error there.
  done.catch(() => undefined);

  const now = (): Answered => {
    const reply = folding.reply();
    return { run, reply, text: textOf(...reply.messages), files: filesOf(...reply.messages) };
  };

  function tell(): void {
    const waiting = wake;
    news = new Promise((resolve) => (wake = resolve));
    waiting();
  }

  function end(error?: unknown): void {
    hasEnded = true;
    if (error === undefined) settle.resolve(now());
    else settle.reject(error);
    tell();
  }

  async function read(): Promise<void> {
    const stream = await begin(signal);
    try {
      for await (const arrived of stream) {
        for (const entry of arrived) {
          folding.add(entry.event);
          entries.push(entry);
          if (entry.event.type === 'run-start') start((run = entry.event.run));
        }
        tell();
      }
    } catch (error) {
      throw errorOf(error);
    }
  }

  async function work(): Promise<void> {
    try {
      signal.throwIfAborted();
      await read();
    } catch (error) {
      start(undefined);
      onEnd?.(undefined, entries);
      end(signal.aborted ? signal.reason : error);
      return;
    }
    start(undefined);
    const { reply, text } = now();
    onEnd?.(reply, entries);
    if (reply.status === 'complete') end();
    else end(new ReplyFailed(reply.failure, text));
  }

  async function cancel(): Promise<void> {
    isStopping = true;
    const seen = shown || (entries.at(-1)?.number ?? 0);
    const started_ = await started;
    if (started_ && !folding.reply().status) await stop(started_, seen);
  }

  /** Yield what `look` finds, whenever there is news, to the end. */
  async function* watch<Item>(look: () => Iterable<Item>): AsyncGenerator<Item, void, undefined> {
    while (true) {
      const next = news;
      const isLast = hasEnded;
      yield* look();
      if (isLast) break;
      await next;
    }
    await done;
  }

  /** What comes after the reader has stopped the reply is taken back: it is shown only when it came to its end before. */
  const isWithheld = () => isStopping && !folding.reply().status;

  function pieces(): AsyncGenerator<string, void, undefined> {
    let given = '';
    return watch(function* () {
      if (isWithheld()) return;
      const { text } = now();
      const more = text.startsWith(given) ? text.slice(given.length) : '';
      given = text;
      shown = entries.at(-1)?.number ?? 0;
      if (more) yield more;
    });
  }

  function replies(): AsyncGenerator<Reply, void, undefined> {
    let count = 0;
    return watch(function* () {
      if (entries.length === count || isWithheld()) return;
      count = entries.length;
      shown = entries.at(-1)?.number ?? 0;
      yield folding.reply();
    });
  }

  function events(): AsyncGenerator<Entry, void, undefined> {
    let next = 0;
    return watch(function* () {
      for (let entry = entries[next]; entry; entry = entries[++next]) {
        shown = Math.max(shown, entry.number);
        yield entry;
      }
    });
  }

  const abort = () => {
    end(signal.reason);
    cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', abort, { once: true });
  void work().finally(() => signal.removeEventListener('abort', abort));

  return {
    get run() {
      return run;
    },
    get text() {
      return now().text;
    },
    get files() {
      return now().files;
    },
    get reply() {
      return folding.reply();
    },
    [Symbol.asyncIterator]: pieces,
    replies,
    events,
    cancel,
    then: (onFulfilled, onRejected) => done.then(onFulfilled, onRejected),
    catch: (onRejected) => done.catch(onRejected),
    finally: (onFinally) => done.finally(onFinally),
  };
}
