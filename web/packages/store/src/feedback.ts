import type { FeedbackView } from '@salon/protocol';
import type { ConversationContext } from './conversation-context';
import { likeEvents, withFeedback } from './feedback-changes';

/** The reader's feedback on the messages of a conversation. */
export interface Feedback {
  /** Replace the feedback on a message; it is shown at once, and taken back where the server refuses it. */
  set(message: string, feedback: FeedbackView): void;
  /** Show the feedback that the server stores on the messages of a conversation which it has lost itself. */
  load(conversation: string): Promise<void>;
}

/** Return the feedback of a conversation. */
export function createFeedback({ options, state, history, change }: ConversationContext): Feedback {
  const { client, chat, asksFeedback } = options;
  /** One request after the other, so that the last one stays. */
  let sending: Promise<void> = Promise.resolve();

  const feedbackOn = (message: string) => state.get().messages.find(({ id }) => id === message)?.feedback ?? {};
  const show = (message: string, feedback: FeedbackView) =>
    change({ messages: withFeedback(state.get().messages, message, feedback) });

  /** The confirmed messages, for a server that has lost them. */
  const copy = () => history.copyUpTo(state.get().messages.findLast(({ isUnsent }) => !isUnsent)?.id);

  return {
    set(message, feedback) {
      const { id, messages } = state.get();
      const before = feedbackOn(message);
      const events = likeEvents(messages, message, before, feedback);
      const { options: chosen = [], comment = '' } = feedback;
      const request = { message, ...(chat !== 'chat' && { chat }), options: chosen, comment };
      show(message, feedback);
      sending = sending.then(async () => {
        try {
          await client.sendFeedback(id, request, copy);
          if (state.get().id === id) options.onServerChange(id);
          events.forEach((event) => options.onLike?.(event));
        } catch (error) {
          const isUnchanged = JSON.stringify(feedbackOn(message).options ?? []) === JSON.stringify(chosen);
          if (isUnchanged) show(message, before);
          options.onRefused(error);
        }
      });
    },
    async load(conversation) {
      if (!asksFeedback) return;
      const { feedback = {} } = await client.feedback(conversation).catch(() => ({ feedback: {} }));
      if (state.get().id !== conversation) return;
      const messages = Object.entries<FeedbackView>(feedback).reduce(
        (path, [message, one]) => withFeedback(path, message, one),
        state.get().messages,
      );
      change({ messages });
    },
  };
}
