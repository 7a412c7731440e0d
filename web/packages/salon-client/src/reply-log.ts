import { createFolding, type Entry, type FileRef, type Reply } from '@salon/protocol';
import { filesOf } from './files-of';
import { textOf } from './text-of';

/** An answer: the whole of it once it was awaited, before that the part that has arrived. */
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

/** The entries of a run as they arrive, which any number of readers watch. */
export interface ReplyLog {
  readonly entries: readonly Entry[];
  /** Resolves with the run's id when it has begun, with `undefined` when it never will. */
  readonly started: Promise<string | undefined>;
  /** Resolves with the whole answer, or rejects with the error that `end` was given. */
  readonly done: Promise<Answered>;
  answered(): Answered;
  /** The run's id, once it has begun. */
  run(): string | undefined;
  /** The text alone. */
  text(): string;
  /** The reply alone, which is cheaper to make. */
  reply(): Reply;
  add(entries: readonly Entry[]): void;
  /** No more entries come; a run that has not begun by now never will. */
  close(): void;
  /** End the answer, for all who wait for it; only the first time counts. */
  end(error?: unknown): void;
  /** Yield what `read` finds, each time when entries have arrived, until the answer has ended. */
  watch<Item>(read: () => Iterable<Item>): AsyncGenerator<Item, void, undefined>;
}

/** Return a log without entries. */
export function createReplyLog(): ReplyLog {
  const folding = createFolding();
  const entries: Entry[] = [];
  let run: string | undefined;
  let hasEnded = false;
  let news = deferred<void>();
  const started = deferred<string | undefined>();
  const done = deferred<Answered>();
  // An error is not unhandled where the answer is only iterated: iterating throws it.
  done.promise.catch(() => undefined);

  function text(): string {
    return textOf(...folding.reply().messages);
  }

  function answered(): Answered {
    const reply = folding.reply();
    return { run, reply, text: textOf(...reply.messages), files: filesOf(...reply.messages) };
  }

  function wake(): void {
    const { resolve } = news;
    news = deferred();
    resolve();
  }

  return {
    entries,
    started: started.promise,
    done: done.promise,
    answered,
    run: () => run,
    text,
    reply: folding.reply,
    add(arrived) {
      for (const entry of arrived) {
        folding.add(entry.event);
        entries.push(entry);
        if (entry.event.type === 'run-start') started.resolve((run = entry.event.run));
      }
      wake();
    },
    close: () => started.resolve(undefined),
    end(error) {
      hasEnded = true;
      if (error === undefined) done.resolve(answered());
      else done.reject(error);
      wake();
    },
    async *watch(read) {
      while (true) {
        const next = news.promise;
        const isLast = hasEnded;
        yield* read();
        if (isLast) break;
        await next;
      }
      await done.promise;
    },
  };
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onFulfilled, onRejected) => {
    resolve = onFulfilled;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}
