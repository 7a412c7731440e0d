import type { FeedbackView } from '@salon/protocol';
import type { ShownMessage } from './conversation-state';
import { continuesTurn, textOf } from './message-text';

/** One choice of a reader: thumb up or down, another option, or `null` for an option that is taken back. */
export type Liked = boolean | string | null;

/** The event that functions receive when a reader gives feedback; `index` counts messages from 0. */
export interface LikeEvent {
  [name: string]: unknown;
  index: number;
  value: string[];
  liked: Liked;
}

/** The feedback with one option more or less; the thumbs exclude each other. */
export function toggleOption({ options = [], comment = '' }: FeedbackView, option: string): FeedbackView {
  const other = { Like: 'Dislike', Dislike: 'Like' }[option];
  const rest = options.filter((one) => one !== option && one !== other);
  return { options: options.includes(option) ? rest : [...rest, option], comment };
}

/** The events for the change from one feedback on a message to another. */
export function likeEvents(path: ShownMessage[], id: string, before: FeedbackView, after: FeedbackView): LikeEvent[] {
  const index = path.findIndex((shown) => shown.id === id);
  const value = turnAt(path, index).map(textOf).filter(Boolean);
  const had = before.options ?? [];
  const has = after.options ?? [];
  const added = has.filter((option) => !had.includes(option));
  if (added.length > 0)
    return added.map((option) => ({ index, value, liked: { Like: true, Dislike: false }[option] ?? option }));
  return had.some((option) => !has.includes(option)) ? [{ index, value, liked: null }] : [];
}

/** The path with other feedback on one of its messages. */
export function withFeedback(path: ShownMessage[], id: string, feedback: FeedbackView | undefined): ShownMessage[] {
  return path.map((shown) => {
    if (shown.id !== id) return shown;
    const { feedback: _, ...rest } = shown;
    return feedback && !isEmptyFeedback(feedback) ? { ...rest, feedback } : rest;
  });
}

/** Whether feedback has neither options nor a comment. */
export function isEmptyFeedback({ options = [], comment = '' }: FeedbackView): boolean {
  return options.length === 0 && comment === '';
}

/** The messages of the turn that begins at `index`. */
function turnAt(path: ShownMessage[], index: number): ShownMessage[] {
  const rest = path.slice(index);
  const end = rest.findIndex(({ message }, at) => at > 0 && !continuesTurn(message, rest[at - 1]?.message));
  return end < 0 ? rest : rest.slice(0, end);
}
