import { newId, ProblemError, type Client, type TurnStream } from '@salon/client';
import {
  textOf as textOfPart,
  type ConversationView,
  type FeedbackView,
  type FileRef,
  type Message,
  type NewMessage,
  type Notice,
  type OutputDelta,
  type OutputSet,
  type Part,
  type TurnRequest,
} from '@salon/protocol';
import { createHistory, isUnknown } from './conversation-history';
import type { ConversationState, ShownMessage } from './conversation-state';
import { followReply, type Following } from './follow-reply';
import { likeEvents, withOpinion, type LikeEvent } from './opinions';
import { observable, type Observable } from './observable';
import { pathBefore, pathUpTo, replyMessages, versionsOf } from './path';
import type { Library } from './library';
import type { SavedCopy } from './saved-copy';

/** The conversation on the page and what one can do with it. */
export interface Conversation extends Observable<ConversationState> {
  send(text: string, example?: number, files?: FileRef[]): void;
  /** Say what a preset reply says. */
  choose(value: string): void;
  /** Another version of the answer to a user's message, the last one by default. */
  retry(userMessage?: string): void;
  /** Another version of a user's message, with all its files or with `files`; what followed the old one stays with that. */
  edit(id: string, text: string, files?: FileRef[]): void;
  /** Take the last exchange back; returns the user's text and files. */
  undo(): Promise<Undone | undefined>;
  switchTo(version: string): Promise<void>;
  /** Say what the reader thinks of a message (of several in a row, the first), in place of what was said before. */
  judge(id: string, feedback: FeedbackView): void;
  stop(): void;
  /** Begin a new conversation and delete this one. */
  clear(): void;
  /** Begin a new conversation, and leave this one as it is; its reply goes on without its reader. */
  startNew(options?: { isTemporary?: boolean }): void;
  /** Begin a new conversation with messages that a function of the page says, and leave this one as it is. */
  prefill(messages: Message[]): void;
  /** Go to another conversation of the library. */
  open(id: string): Promise<void>;
  loadEarlier(): Promise<void>;
  /** Load the whole conversation, for searching, printing and saving it. */
  loadAll(): Promise<void>;
  /** Show what the browser kept, then what the server has, and pick up a running reply. */
  restore(): Promise<void>;
  /** Another tab changed this conversation: show it, and pick up the reply that runs there. */
  refreshFrom(conversation: string): Promise<void>;
}

export interface Undone {
  text: string;
  files: FileRef[];
}

export interface ConversationOptions {
  client: Client;
  saved: SavedCopy;
  /** Where conversations are kept to come back to, if they are. */
  library?: Library;
  schedule: (callback: () => void) => void;
  /** Resolve after a while, earlier when the network comes back. */
  pause: () => Promise<void>;
  isOffline: () => boolean;
  now_s: () => number;
  onNotice: (notice: Notice) => void;
  onOutput: (event: OutputSet | OutputDelta) => void;
  /** The name of the chat, and the present values of its additional inputs. */
  chat: string;
  inputs: () => Record<string, unknown>;
  /** What the server keeps states by, instead of the conversation. */
  session?: string;
  /** This conversation changed on the server: other tabs may want to look. */
  onShare: (conversation: string) => void;
  /** Whether readers may say what they think of messages. */
  asksFeedback?: boolean;
  /** The reader judged a message, and the server has kept that. */
  onLike?: (event: LikeEvent) => void;
  /** An action, not a reply, was refused or could not reach the server. */
  onRefused: (error: unknown) => void;
}

interface TurnPlan {
  answers: string;
  versions: string[];
  turn: TurnRequest;
}

export function createConversation(options: ConversationOptions): Conversation {
  const { client, now_s } = options;
  const state = observable<ConversationState>(empty(newId('conv')));
  const history = createHistory(client, options, state);
  let following: Following | undefined;
  /** One message after the other: each waits for the reply before it, which its reader may have stopped just now. */
  let sending: Promise<void> = Promise.resolve();
  let abort = new AbortController();
  /** One opinion after the other, so that the last one stays. */
  let judging: Promise<void> = Promise.resolve();

  const change = (changes: Partial<ConversationState>) => state.set({ ...state.get(), ...changes });
  /** What a turn says of the chat and its inputs; the usual is left out. */
  function context(): Pick<TurnRequest, 'chat' | 'inputs' | 'session' | 'temporary'> {
    const inputs = options.inputs();
    const { session } = options;
    const { isTemporary } = state.get();
    return {
      ...(isTemporary && { temporary: true }),
      ...(session !== undefined && { session }),
      ...(options.chat !== 'chat' && { chat: options.chat }),
      ...(Object.keys(inputs).length > 0 && { inputs }),
    };
  }
  const lastUser = () => state.get().messages.findLast(({ message }) => message.role === 'user');

  function confirm(userMessage: string, asked?: Message, signature?: string): void {
    const { isPrefilled: _, ...known } = state.get();
    const { id, messages } = known;
    state.set({
      ...known,
      messages: messages.map((shown) => {
        if (shown.id !== userMessage || !shown.isUnsent) return shown;
        const { isUnsent: _, example: __, ...confirmed } = shown;
        return { ...confirmed, ...(asked && { message: asked }), ...(signature && { signature }) };
      }),
    });
    history.keep();
    options.onShare(id);
  }

  async function follow(
    stream: TurnStream,
    { answers, versions, isOwn }: { answers: string; versions: string[]; isOwn: boolean },
    own: AbortController,
  ): Promise<void> {
    const current = followReply(stream, {
      answers,
      isOwn,
      versions,
      schedule: options.schedule,
      onStart: (asked, signature) => confirm(answers, asked, signature),
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
      if (!reply) {
        change({ live: undefined, ending: { answers, versions, status: 'cancelled' } });
        return;
      }
      const messages = replyMessages(reply, answers, versions, now_s());
      const { status = 'complete', failure } = reply;
      const says = messages.length > 0 || status === 'complete';
      change({
        messages: [...pathUpTo(state.get().messages, answers), ...messages],
        live: undefined,
        ending: says ? undefined : { answers, versions, status, ...(failure && { failure }) },
      });
      history.keep();
      options.onShare(state.get().id);
    } finally {
      if (following === current) following = undefined;
    }
  }

  async function run(plan: TurnPlan): Promise<void> {
    const own = (abort = new AbortController());
    change({ ending: undefined });
    history.keep(plan.turn);
    const copy = () => history.copyUpTo(plan.turn.parent);
    const stream = client.send({ ...plan.turn, ...(state.get().isPrefilled && { copy: copy() }) }, copy, own.signal);
    try {
      await follow(stream, { ...plan, isOwn: true }, own);
    } catch (error) {
      if (own === abort) await refused(error, plan);
    }
  }

  async function refused(error: unknown, plan: TurnPlan): Promise<void> {
    const { answers, versions, turn } = plan;
    const code = error instanceof ProblemError ? error.problem.code : 'page.failed';
    if (code === 'run.unknown') {
      change({ live: undefined });
      await refresh();
      return;
    }
    if (code === 'conversation.taken' && !turn.copy) {
      change({ id: newId('conv') });
      await run({
        ...plan,
        turn: { ...turn, id: newId('turn'), conversation: state.get().id, copy: history.copyUpTo(turn.parent) },
      });
      return;
    }
    const message = error instanceof ProblemError ? error.problem.detail : String(error);
    change({ live: undefined, ending: { answers, versions, status: 'error', failure: { code, message } } });
    history.keep();
  }

  /** What a message follows, as far as that is still there: a copy may have lost the beginning. */
  function parentOf({ parent }: ShownMessage): string | null | undefined {
    const { messages, hasEarlier } = state.get();
    return hasEarlier || messages.some(({ id }) => id === parent) ? parent : null;
  }

  /** Put a user's message at the end of `path` and have it answered. */
  function ask(
    path: ShownMessage[],
    text: string,
    extra: { replaces?: ShownMessage; example?: number; files?: FileRef[] } = {},
  ): void {
    const { replaces, example } = extra;
    const files = extra.files ?? (replaces ? filesOf(replaces) : []);
    const id = newId('msg');
    const parent = (replaces ? parentOf(replaces) : path.at(-1)?.id) ?? null;
    const versions = replaces?.isUnsent ? [] : versionsOf(replaces);
    const shown: ShownMessage = {
      id,
      parent,
      created_at: now_s(),
      message: userMessage(text, files),
      isUnsent: true,
      ...(example !== undefined && { example }),
      ...(versions.length > 0 && { versions: [...versions, id] }),
    };
    change({ messages: [...path, shown] });
    const turn: TurnRequest = {
      id: newId('turn'),
      conversation: state.get().id,
      parent,
      message: turnMessage(shown),
      ...context(),
      ...(example !== undefined && { example }),
    };
    void run({ answers: id, versions: [], turn });
  }

  function retry(userMessage = lastUser()?.id): void {
    const { id: conversation, messages, ending, live } = state.get();
    const user = messages.find(({ id }) => id === userMessage);
    if (!user || live) return;
    const old = messages[messages.indexOf(user) + 1];
    const versions = old ? versionsOf(old) : (ending?.versions ?? []);
    change({ messages: pathUpTo(messages, user.id) });
    const turn: TurnRequest = user.isUnsent
      ? {
          id: newId('turn'),
          conversation,
          parent: user.parent ?? null,
          message: turnMessage(user),
          ...context(),
          ...(user.example !== undefined && { example: user.example }),
        }
      : { id: newId('turn'), conversation, parent: user.id, message: null, ...context() };
    void run({ answers: user.id, versions, turn });
  }

  async function undo(): Promise<Undone | undefined> {
    const user = lastUser();
    if (!user || state.get().live) return undefined;
    const rest = pathBefore(state.get().messages, user.id);
    if (!user.isUnsent) {
      try {
        const view = await client.undo(state.get().id);
        history.show(view);
        options.onShare(view.id);
        return undone(view.undone ?? user);
      } catch (error) {
        if (!isUnknown(error)) {
          options.onRefused(error);
          return undefined;
        }
      }
    }
    change({ messages: rest, ending: undefined });
    history.keep();
    return undone(user);
  }

  async function switchTo(version: string): Promise<void> {
    if (state.get().live) return;
    try {
      history.show(await client.switchTo(state.get().id, version));
      options.onShare(state.get().id);
    } catch (error) {
      const path = isUnknown(error) ? history.branchOf(version) : [];
      if (path.length === 0) {
        options.onRefused(error);
        return;
      }
      change({ messages: path, ending: undefined });
      history.keep();
      if (options.asksFeedback) await recallOpinions(state.get().id);
    }
  }

  function judge(message: string, feedback: FeedbackView): void {
    const { id, messages } = state.get();
    const before = messages.find((shown) => shown.id === message)?.feedback ?? {};
    const events = likeEvents(messages, message, before, feedback);
    change({ messages: withOpinion(messages, message, feedback) });
    judging = judging.then(async () => {
      const { options: chosen = [], comment = '' } = feedback;
      const body = { message, ...(options.chat !== 'chat' && { chat: options.chat }), options: chosen, comment };
      try {
        await client.judge(id, body, () =>
          history.copyUpTo(state.get().messages.findLast(({ isUnsent }) => !isUnsent)?.id),
        );
        if (state.get().id === id) options.onShare(id);
        events.forEach((event) => options.onLike?.(event));
      } catch (error) {
        const shown = state.get().messages.find((one) => one.id === message)?.feedback ?? {};
        const isStill = JSON.stringify(shown.options ?? []) === JSON.stringify(chosen);
        if (isStill) change({ messages: withOpinion(state.get().messages, message, before) });
        options.onRefused(error);
      }
    });
  }

  /** Show the opinions that the server has of a conversation which it has lost. */
  async function recallOpinions(id: string): Promise<void> {
    const { feedback = {} } = await client.opinions(id).catch(() => ({ feedback: {} }));
    if (state.get().id !== id) return;
    const opinions = Object.entries<FeedbackView>(feedback);
    change({
      messages: opinions.reduce(
        (path, [message, opinion]) => withOpinion(path, message, opinion),
        state.get().messages,
      ),
    });
  }

  /** Stop looking at this conversation; what runs in it goes on. */
  function leave(): void {
    abort.abort();
    abort = new AbortController();
    following = undefined;
  }

  function startNew({ isTemporary = false } = {}): void {
    leave();
    history.leave();
    state.set({ ...empty(newId('conv')), ...(isTemporary && { isTemporary }) });
  }

  function prefill(given: Message[]): void {
    const { messages: shown, isPrefilled, isTemporary = false } = state.get();
    if (JSON.stringify(given) === JSON.stringify(shown.map(({ message }) => message))) return;
    if (!isPrefilled || given.length === 0) startNew({ isTemporary });
    if (given.length === 0) return;
    const before = state.get().messages;
    const messages: ShownMessage[] = [];
    for (const [index, message] of given.entries()) {
      const old = before[index];
      const isSame = old?.message.role === message.role; // it grows
      messages.push({
        id: isSame ? old.id : newId('msg'),
        parent: messages.at(-1)?.id ?? null,
        created_at: isSame ? old.created_at : now_s(),
        message,
      });
    }
    change({ messages, isPrefilled: true });
    history.keep();
  }

  async function open(id: string): Promise<void> {
    if (id === state.get().id) return;
    const found = await history.open(id);
    if (!found) return;
    leave();
    state.set({ ...empty(id), messages: found });
    await refresh();
  }

  function clear(): void {
    const { id, messages } = state.get();
    following?.stop();
    leave();
    history.forget();
    state.set(empty(newId('conv')));
    if (messages.some(({ isUnsent }) => !isUnsent)) {
      client.remove(id).catch((error: unknown) => isUnknown(error) || options.onRefused(error));
    }
  }

  /** Show the server's state of the conversation, waiting for the server as long as it takes. */
  async function refresh(): Promise<ConversationView | undefined> {
    const { id } = state.get();
    while (state.get().id === id && !state.get().live) {
      try {
        const view = await client.conversation(id);
        if (state.get().id !== id || state.get().live) return undefined;
        history.show(view);
        if (view.run) attach(view.run.id, view.run.answers ?? view.messages.at(-1)?.id ?? '');
        return view;
      } catch (error) {
        if (error instanceof ProblemError) {
          if (isUnknown(error) && options.asksFeedback) await recallOpinions(id);
          return undefined;
        }
        await options.pause();
      }
    }
    return undefined;
  }

  function attach(id: string, answers: string): void {
    const own = (abort = new AbortController());
    change({ messages: pathUpTo(state.get().messages, answers) });
    follow(client.follow(id, own.signal), { answers, versions: [], isOwn: false }, own).catch(async () => {
      change({ live: undefined });
      await refresh();
    });
  }

  async function restore(): Promise<void> {
    const found = history.load();
    if (!found) return;
    state.set({ ...empty(found.id), messages: found.messages });
    const { messages, pending } = found;
    if (pending?.message && !messages.some(({ id }) => id === pending.message?.id)) {
      resend(pending, pending.message);
      return;
    }
    await refresh();
  }

  /** Send a turn again that the page was closed upon; the server knows its id if it ever arrived. */
  function resend(turn: TurnRequest, { id, text = '' }: NewMessage): void {
    const message: ShownMessage = {
      id,
      parent: turn.parent ?? null,
      created_at: now_s(),
      message: { role: 'user', parts: [{ type: 'text', text }] },
      isUnsent: true,
      ...(turn.example != null && { example: turn.example }),
    };
    change({ messages: [...history.upTo(turn.parent), message] });
    void run({ answers: id, versions: [], turn });
  }

  function send(text: string, example?: number, files: FileRef[] = []): void {
    const { id } = state.get();
    sending = sending.then(async () => {
      await following?.done.catch(() => undefined);
      if (state.get().id !== id) return;
      ask(state.get().messages, text, { files, ...(example !== undefined && { example }) });
    });
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    send,
    choose: (value) => send(value),
    retry,
    edit(id, text, files) {
      const { messages, live } = state.get();
      const replaces = messages.find((shown) => shown.id === id);
      if (replaces && !live) ask(pathBefore(messages, id), text, { replaces, ...(files && { files }) });
    },
    undo,
    switchTo,
    judge,
    stop: () => following?.stop(),
    clear,
    startNew,
    prefill,
    open,
    loadEarlier: history.loadEarlier,
    loadAll: history.loadAll,
    restore,
    async refreshFrom(id) {
      if (id === state.get().id && !state.get().live) await refresh();
    },
  };
}

function empty(id: string): ConversationState {
  return { id, messages: [], hasEarlier: false, live: undefined, ending: undefined };
}

function userMessage(text: string, files: FileRef[]): Message {
  const texts: Part[] = text || files.length === 0 ? [{ type: 'text', text }] : [];
  return { role: 'user', parts: [...texts, ...files.map((file): Part => ({ type: 'file', file }))] };
}

function filesOf({ message }: { message: { parts?: Part[] } }): FileRef[] {
  return (message.parts ?? []).flatMap((part) => (part.type === 'file' ? part.file : []));
}

function turnMessage(user: ShownMessage): NewMessage {
  const files = filesOf(user).map(({ id }) => id);
  return { id: user.id, text: textOf(user), ...(files.length > 0 && { files }) };
}

function undone(user: ShownMessage): Undone {
  return { text: textOf(user), files: filesOf(user) };
}

function textOf({ message }: { message: { parts?: Part[] } }): string {
  return (message.parts ?? []).map(textOfPart).filter(Boolean).join('\n\n');
}
