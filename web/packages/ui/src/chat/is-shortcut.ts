/**
 * Whether a key is the browser's own shortcut with that letter: with Command on Apple's systems, where Control moves
 * in text, and with Control elsewhere; whatever the keyboard's layout.
 */
export function isShortcut(event: KeyboardEvent, letter: string): boolean {
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  const hasKey = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!hasKey || event.altKey || event.shiftKey || event.repeat) return false;
  return event.key.toLowerCase() === letter || event.code === `Key${letter.toUpperCase()}`;
}
