import type { Conversation, Undone } from './conversation';
import type { ConversationContext } from './conversation-context';
import { isUnknown } from './conversation-history';
import type { ShownMessage } from './conversation-state';
import type { Feedback } from './feedback';
import { textOf } from './message-text';
import { pathBefore } from './path';
import { filesOf } from './turn-request';

/** Return the changes of the shown path: the server makes them, or the browser where the server has lost the path. */
export function createRevisions(
  { options, state, history, change }: ConversationContext,
  feedback: Feedback,
): Pick<Conversation, 'undo' | 'switchTo'> {
  const { client } = options;

  async function undo(): Promise<Undone | undefined> {
    const { id, messages, live } = state.get();
    const user = messages.findLast(({ message }) => message.role === 'user');
    if (!user || live) return undefined;
    if (!user.isUnsent) {
      try {
        const view = await client.undo(id);
        history.show(view);
        options.onServerChange(view.id);
        return undone(view.undone ?? user);
      } catch (error) {
        if (!isUnknown(error)) {
          options.onRefused(error);
          return undefined;
        }
      }
    }
    change({ messages: pathBefore(messages, user.id), ending: undefined });
    history.keep();
    return undone(user);
  }

  async function switchTo(version: string): Promise<void> {
    if (state.get().live) return;
    try {
      history.show(await client.switchTo(state.get().id, version));
      options.onServerChange(state.get().id);
    } catch (error) {
      const path = isUnknown(error) ? history.branchOf(version) : [];
      if (path.length === 0) {
        options.onRefused(error);
        return;
      }
      change({ messages: path, ending: undefined });
      history.keep();
      await feedback.load(state.get().id);
    }
  }

  return { undo, switchTo };
}

function undone(user: Pick<ShownMessage, 'message'>): Undone {
  return { text: textOf(user), files: filesOf(user) };
}
