const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size as people read it, in the page's language. */
export function formatSize(bytes: number, lang: string): string {
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const unit = units[power] ?? 'byte';
  // “kB” is what it is called, but “28 byte” is no English.
  const unitDisplay = power === 0 ? 'long' : 'short';
  const options = { style: 'unit', unit, unitDisplay, maximumSignificantDigits: 3 } as const;
  return new Intl.NumberFormat(lang, options).format(bytes / 1000 ** power);
}
