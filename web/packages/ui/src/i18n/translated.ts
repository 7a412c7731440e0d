const mark = '__i18n__';

/** Return `value` with each of the author's texts in it in the first of the `wanted` languages that it is there in. */
export function translated<T>(value: T, wanted: readonly string[]): T {
  return translate(value, wanted) as T;
}

function translate(value: unknown, wanted: readonly string[]): unknown {
  if (typeof value === 'string') return value.startsWith(mark) ? choose(value, wanted) : value;
  if (Array.isArray(value)) return value.map((item) => translate(item, wanted));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, translate(item, wanted)]));
}

function choose(text: string, wanted: readonly string[]): string {
  let found: Record<string, string>;
  try {
    found = JSON.parse(text.slice(mark.length)) as Record<string, string>;
  } catch {
    return text;
  }
  for (const language of wanted) {
    for (const same of [whole, base]) {
      for (const [known, translation] of Object.entries(found)) {
        if (same(known) === same(language)) return translation;
      }
    }
  }
  return Object.values(found)[0] ?? text;
}

const whole = (language: string) => language.toLowerCase();
const base = (language: string) => whole(language).split('-')[0];
