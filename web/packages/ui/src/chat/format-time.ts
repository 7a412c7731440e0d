/** A time: short, to be read at a glance; long, as a tooltip; ISO 8601, for programs. */
export interface FormattedTime {
  short: string;
  long: string;
  iso: string;
}

// Making a format takes longer than all else that a message needs.
const formats = new Map<string, Record<'time' | 'day' | 'date' | 'long', Intl.DateTimeFormat>>();

/** Format a moment, given in seconds since 1970; at a glance it has a date when that is not today's. */
export function formatTime(moment_s: number, lang: string, now = new Date()): FormattedTime {
  let format = formats.get(lang);
  if (!format) {
    const time = { hour: '2-digit', minute: '2-digit' } as const;
    format = {
      time: new Intl.DateTimeFormat(lang, time),
      day: new Intl.DateTimeFormat(lang, { ...time, month: 'short', day: 'numeric' }),
      date: new Intl.DateTimeFormat(lang, { ...time, month: 'short', day: 'numeric', year: 'numeric' }),
      long: new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' }),
    };
    formats.set(lang, format);
  }
  const date = new Date(moment_s * 1000);
  const isToday = date.toDateString() === now.toDateString();
  const short = isToday ? format.time : date.getFullYear() === now.getFullYear() ? format.day : format.date;
  return { short: short.format(date), long: format.long.format(date), iso: date.toISOString() };
}
