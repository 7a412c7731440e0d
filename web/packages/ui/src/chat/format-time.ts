/** A moment as one reads it at a glance, as one looks it up, and for machines. */
export interface FormattedTime {
  short: string;
  long: string;
  iso: string;
}

// Making a format takes longer than all else that a message needs.
const formats = new Map<string, { short: Intl.DateTimeFormat; long: Intl.DateTimeFormat }>();

/** Format a moment, given in seconds since 1970. */
export function formatTime(moment_s: number, lang: string): FormattedTime {
  let format = formats.get(lang);
  if (!format) {
    format = {
      short: new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' }),
      long: new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' }),
    };
    formats.set(lang, format);
  }
  const date = new Date(moment_s * 1000);
  return { short: format.short.format(date), long: format.long.format(date), iso: date.toISOString() };
}
