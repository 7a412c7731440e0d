/** Milliseconds before the attempt after `failures` failed ones: doubled each time up to 10 s, with jitter. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(10_000, 250 * 2 ** failures);
  return ceiling * (0.5 + random() / 2);
}
