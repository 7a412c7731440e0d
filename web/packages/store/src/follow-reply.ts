import {
  createFolding,
  type Entry,
  type Message,
  type Notice,
  type OutputDelta,
  type OutputSet,
  type Progress,
  type Reply,
} from '@salon/protocol';
import type { LiveReply } from './conversation-state';

export interface Following {
  /** Resolves with the finished reply, or `undefined` when following was given up before the end. */
  done: Promise<Reply | undefined>;
  /** Freeze the shown reply, and ask the server to end the run. */
  stop(): void;
}

export interface FollowOptions {
  answers: string;
  isOwn: boolean;
  versions: string[];
  /** Run a callback soon, once a painted frame at most. */
  schedule: (callback: () => void) => void;
  /** The run has begun; `asked` is the user's message where the server added to it, `signature` the server's. */
  onStart: (asked: Message | undefined, signature: string | undefined) => void;
  onChange: (live: LiveReply) => void;
  onNotice: (notice: Notice) => void;
  onOutput: (event: OutputSet | OutputDelta) => void;
  cancel: (run: string, seen: number) => void;
  /** The reader stopped it before the server had answered at all. */
  abandon: () => void;
}

/** Fold the entries of a run into its reply, and publish that at most once a frame. */
export function followReply(stream: AsyncIterable<Entry[]>, options: FollowOptions): Following {
  const folding = createFolding();
  let run: string | undefined;
  let received = 0;
  let shown = 0;
  let isStopped = false;
  let isScheduled = false;
  let queuePosition = 0;
  let progress: Progress | undefined;
  let last = folding.reply();

  function publish(): void {
    isScheduled = false;
    if (!isStopped) {
      last = folding.reply();
      shown = received;
    }
    const { answers, isOwn, versions } = options;
    options.onChange({ answers, isOwn, versions, reply: last, isStopped, queuePosition, progress });
  }

  function take({ number, event }: Entry): void {
    received = number;
    folding.add(event);
    if (event.type === 'run-start') {
      run = event.run;
      options.onStart(event.message ?? undefined, event.signature ?? undefined);
      if (isStopped) options.cancel(run, number);
    } else if (event.type === 'queue-position') queuePosition = event.position;
    else if (event.type === 'progress') progress = event;
    else if (event.type === 'reset') event.outputs?.forEach(options.onOutput);
    else if (event.type === 'output-set' || event.type === 'output-delta') options.onOutput(event);
    else if (event.type === 'notice') options.onNotice(event);
    else if (event.type === 'message-start') queuePosition = 0;
  }

  async function follow(): Promise<Reply | undefined> {
    for await (const entries of stream) {
      entries.forEach(take);
      if (!isScheduled && !isStopped) {
        isScheduled = true;
        options.schedule(() => isScheduled && publish());
      }
    }
    isScheduled = false;
    const reply = folding.reply();
    return reply.status ? reply : undefined;
  }

  function stop(): void {
    if (isStopped) return;
    isStopped = true;
    publish();
    if (run) options.cancel(run, shown);
    else options.abandon();
  }

  publish();
  return { done: follow(), stop };
}
