/** The text that was typed before the script ran. */
export interface Typed {
  text: string;
  hadFocus: boolean;
  start: number;
  end: number;
}

/** Remove the server's shell, and return the text that the reader has typed into it. */
export function takeShell(): Typed {
  const shell = document.getElementById('salon-shell');
  const area = shell?.querySelector('textarea');
  const typed: Typed = {
    text: area?.value ?? '',
    hadFocus: area !== null && area === document.activeElement,
    start: area?.selectionStart ?? 0,
    end: area?.selectionEnd ?? 0,
  };
  shell?.remove();
  return typed;
}
