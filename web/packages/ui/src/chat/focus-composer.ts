import type { ChatContext } from './chat-context';

/** Put the cursor at the end of the box to write in, but where that would bring up a keyboard on the screen. */
export function focusComposer({ box: { area } }: Pick<ChatContext, 'box'>): void {
  if (!matchMedia('(pointer: fine)').matches) return;
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
