import { newId, type TurnStream } from '@salon/client';
import type { Message, Reply, TurnRequest } from '@salon/protocol';
import type { ConversationContext } from './conversation-context';
import type { ConversationState } from './conversation-state';
import { failureOf } from './failure';
import { followReply, type Following } from './follow-reply';
import { pathUpTo, replyMessages } from './path';

/** A reply's place in the conversation. */
export interface ReplyPlace {
  /** The id of the user's message that it answers. */
  answers: string;
  /** The ids of the replies that it is another version of. */
  versions: string[];
}

/** A turn to be sent, and the place of the reply to it. */
export interface TurnPlan extends ReplyPlace {
  turn: TurnRequest;
}

/** The run whose reply the conversation shows while it is being written; at most one at a time. */
export interface Runs {
  /** Send a turn, and show the reply to it; resolves when that has ended. */
  send(plan: TurnPlan): Promise<void>;
  /** Show the reply of a run that was started elsewhere. */
  attach(run: string, answers: string): void;
  /** Stop the run, and freeze its shown reply. */
  stop(): void;
  /** Stop following the run, which goes on. */
  leave(): void;
  /** Resolves when the reply that is being written has ended in whatever way. */
  ended(): Promise<unknown>;
}

/** Return the runs of a conversation; `refresh` shows the server's state when a run was lost. */
export function createRuns(context: ConversationContext, refresh: () => Promise<unknown>): Runs {
  const { options, state, history, change } = context;
  const { client } = options;
  let following: Following | undefined;
  let abort = new AbortController();

  /** Show the reply in `stream`; a later run, or leaving, replaces `own`, and then nothing is shown any more. */
  async function follow(stream: TurnStream, place: ReplyPlace, isOwn: boolean, own: AbortController): Promise<void> {
    const current = followReply(stream, {
      ...place,
      isOwn,
      schedule: options.schedule,
      onStart: (asked, signature) => {
        state.set(confirmed(state.get(), place.answers, asked, signature));
        save();
      },
      onChange: (live) => change({ live }),
      onNotice: options.onNotice,
      onOutput: options.onOutput,
      cancel: (run, seen) => void client.cancel(run, seen).catch(options.onRefused),
      abandon: () => options.isOffline() && own.abort(),
    });
    following = current;
    try {
      const reply = await current.done;
      if (own !== abort) return;
      change(reply ? ended(state.get(), reply, place, options.now_s()) : cancelled(place));
      if (reply) save();
    } finally {
      if (following === current) following = undefined;
    }
  }

  function save(): void {
    history.keep();
    options.onServerChange(state.get().id);
  }

  async function send(plan: TurnPlan): Promise<void> {
    const own = (abort = new AbortController());
    change({ ending: undefined });
    history.keep(plan.turn);
    const copy = () => history.copyUpTo(plan.turn.parent);
    const stream = client.send({ ...plan.turn, ...(state.get().isPrefilled && { copy: copy() }) }, copy, own.signal);
    try {
      await follow(stream, plan, true, own);
    } catch (error) {
      if (own === abort) await handleRefusal(error, plan);
    }
  }

  async function recover(): Promise<void> {
    change({ live: undefined });
    await refresh();
  }

  async function handleRefusal(error: unknown, { turn, ...place }: TurnPlan): Promise<void> {
    const failure = failureOf(error);
    if (failure.code === 'run.unknown') return await recover();
    if (failure.code === 'conversation.taken' && !turn.copy) {
      const conversation = newId('conv');
      change({ id: conversation });
      await send({ ...place, turn: { ...turn, id: newId('turn'), conversation, copy: history.copyUpTo(turn.parent) } });
      return;
    }
    change({ live: undefined, ending: { ...place, status: 'error', failure } });
    history.keep();
  }

  function attach(run: string, answers: string): void {
    const own = (abort = new AbortController());
    change({ messages: pathUpTo(state.get().messages, answers) });
    follow(client.follow(run, own.signal), { answers, versions: [] }, false, own).catch(recover);
  }

  return {
    send,
    attach,
    stop: () => following?.stop(),
    leave() {
      abort.abort();
      abort = new AbortController();
      following = undefined;
    },
    ended: async () => await following?.done.catch(() => undefined),
  };
}

/** The state when the server has accepted the user's message, to which it may have added an example's files. */
function confirmed(
  { isPrefilled: _, ...state }: ConversationState,
  userMessage: string,
  asked: Message | undefined,
  signature: string | undefined,
): ConversationState {
  const messages = state.messages.map((shown) => {
    if (shown.id !== userMessage || !shown.isUnsent) return shown;
    const { isUnsent: _unsent, example: _example, ...rest } = shown;
    return { ...rest, ...(asked && { message: asked }), ...(signature && { signature }) };
  });
  return { ...state, messages };
}

/** The changes when the reply has ended; where it has no messages, the way in which it ended is shown instead. */
function ended(
  state: ConversationState,
  reply: Reply,
  { answers, versions }: ReplyPlace,
  now_s: number,
): Partial<ConversationState> {
  const messages = replyMessages(reply, answers, versions, now_s);
  const { status = 'complete', failure } = reply;
  const isShown = messages.length > 0 || status === 'complete';
  return {
    messages: [...pathUpTo(state.messages, answers), ...messages],
    live: undefined,
    ending: isShown ? undefined : { answers, versions, status, ...(failure && { failure }) },
  };
}

/** The changes when the reader stopped a run before the server had answered. */
function cancelled({ answers, versions }: ReplyPlace): Partial<ConversationState> {
  return { live: undefined, ending: { answers, versions, status: 'cancelled' } };
}
