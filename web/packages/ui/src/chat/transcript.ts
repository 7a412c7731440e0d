import type { ShownMessage } from '@salon/store';
import type { Words } from '../i18n/words';
import { messageText } from './message-text';

/** A conversation as Markdown: roles, times and texts; below it the author's `watermark`. */
export function transcript(
  messages: readonly ShownMessage[],
  words: Words,
  lang: string,
  title?: string | null,
  watermark?: string | null,
): string {
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' });
  const blocks = messages
    .filter(({ message }) => message.role !== 'system')
    .map(({ message, created_at }) => {
      const name = message.role === 'user' ? words.user : words.bot;
      const time = created_at === undefined ? '' : ` · ${format.format(new Date(created_at * 1000))}`;
      return `**${name}**${time}\n\n${messageText(message)}`;
    });
  return `${[...(title ? [`# ${title}`] : []), ...blocks, ...(watermark ? [watermark] : [])].join('\n\n')}\n`;
}
