/** Whether the selection contains the first and the last message of `thread`. */
export function isAllSelected(thread: HTMLElement): boolean {
  const selection = getSelection();
  const messages = [...thread.querySelectorAll('[data-id]')];
  const [first, last] = [messages.at(0), messages.at(-1)];
  return Boolean(selection && first && last && selection.containsNode(first) && selection.containsNode(last));
}
