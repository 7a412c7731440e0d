import { onAnswer, type Conversation } from '@salon/store';

const mark = '● ';

/** Mark the tab's title when an answer came while nobody looked. */
export function markUnseenAnswers(conversation: Conversation): void {
  const title = document.title;
  onAnswer(conversation, () => {
    if (document.hidden) document.title = mark + title;
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) document.title = title;
  });
}
