/** Put the cursor at the end of the box to write in. */
export function focusComposer(): void {
  const area = document.querySelector<HTMLTextAreaElement>('.salon-input');
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
