import type { FeedbackView, Message } from '@salon/protocol';
import { continuesTurn, type LiveReply, type ShownMessage } from '@salon/store';

/** One message as the thread shows it. */
export interface Item {
  id: string;
  message: Message;
  created_at: number | undefined;
  versions: string[];
  isUnsent: boolean;
  /** Still being written. */
  isLive: boolean;
  /** The last message of one side's turn: it has the actions below it. */
  endsTurn: boolean;
  /** The user's message that it is, or that it answers. */
  userMessage: string | undefined;
  /** The reader's feedback on the side's turn. */
  feedback?: FeedbackView | undefined;
  /** All messages of the side's turn up to this one, for copying. */
  turn: Message[];
}

/** The settled messages of a path as items. */
export function settledItems(messages: ShownMessage[]): Item[] {
  const items: Item[] = [];
  let versions: string[] = [];
  let feedback: FeedbackView | undefined;
  let userMessage: string | undefined;
  for (const shown of messages) {
    const { id, message, created_at, isUnsent = false } = shown;
    if (message.role === 'system') continue;
    const before = items.at(-1);
    const last = continuesTurn(message, before?.message) ? before : undefined;
    if (last) last.endsTurn = false;
    else {
      versions = shown.versions ?? [];
      feedback = shown.feedback ?? undefined;
    }
    if (message.role === 'user') userMessage = id;
    const turn = last ? [...last.turn, message] : [message];
    items.push({
      id,
      message,
      created_at,
      versions,
      isUnsent,
      isLive: false,
      endsTurn: true,
      userMessage,
      feedback,
      turn,
    });
  }
  return items;
}

/** The messages of a reply that is being written as items. */
export function liveItems({ reply, answers, isStopped }: LiveReply): Item[] {
  return reply.messages.flatMap((message, index) => {
    const id = reply.ids[index];
    if (id === undefined) return [];
    const isLive = !isStopped;
    return {
      id,
      message,
      created_at: undefined,
      versions: [],
      isUnsent: false,
      isLive,
      endsTurn: false,
      userMessage: answers,
      turn: [message],
    };
  });
}

/** What every conversation begins with as items; nothing can be done with them. */
export function openingItems(messages: Message[]): Item[] {
  const shown = messages.filter(({ role }) => role !== 'system');
  return shown.map((message, index) => ({
    id: `opening-${index}`,
    message,
    created_at: undefined,
    versions: [],
    isUnsent: false,
    isLive: false,
    endsTurn: false,
    userMessage: undefined,
    turn: [message],
  }));
}
