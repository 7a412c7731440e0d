import type { Conversation } from '@salon/store';

const mark = '● ';

/** Mark the tab's title when an answer came to its end while nobody looked. */
export function markUnseenAnswers(conversation: Conversation): void {
  const title = document.title;
  let wasLive = false;
  conversation.subscribe(({ live }) => {
    if (wasLive && !live && document.hidden) document.title = mark + title;
    wasLive = live !== undefined;
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) document.title = title;
  });
}
