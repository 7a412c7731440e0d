/** Put the cursor at the end of the box to write in, but where that would bring up a keyboard on the screen. */
export function focusComposer(): void {
  if (!matchMedia('(pointer: fine)').matches) return;
  const area = document.querySelector<HTMLTextAreaElement>('.salon-input');
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
