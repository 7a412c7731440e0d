/** The text on a button: `undefined` for its icon alone. */
export function buttonLabel(setting: string | boolean | null | undefined): string | undefined {
  return typeof setting === 'string' && setting !== '' ? setting : undefined;
}
