import { onReply, type Conversation } from '@salon/store';

const mark = '● ';

/** Mark the tab's title when an answer came while nobody looked. */
export function markUnseenAnswers(conversation: Conversation): void {
  const title = document.title;
  onReply(conversation, () => {
    if (document.hidden) document.title = mark + title;
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) document.title = title;
  });
}
