import { onReply, type Conversation } from '@salon/store';

const mark = '● ';

/** Mark the tab's title when a reply arrives while the tab is hidden. */
export function markUnseenAnswers(conversation: Conversation): void {
  const title = document.title;
  onReply(conversation, () => {
    if (document.hidden) document.title = mark + title;
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) document.title = title;
  });
}

/** The words of a title that may be HTML. */
export const withoutTags = (title: string): string =>
  /<\/|<[a-z]+\s*\/?>/i.test(title) ? title.replace(/<\/?[a-z][^<>]*>/gi, '').trim() : title;
