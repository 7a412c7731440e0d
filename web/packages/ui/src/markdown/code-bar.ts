/** Put a bar with the language's name and a copy button on top of every code block. */
export function addCodeBars(fragment: DocumentFragment, copyLabel: string): void {
  for (const block of fragment.querySelectorAll('pre.salon-code')) {
    const bar = document.createElement('div');
    bar.className = 'salon-code-bar';
    const language = document.createElement('span');
    language.textContent = block.getAttribute('data-language') || 'text';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'salon-code-button salon-code-copy';
    button.textContent = copyLabel;
    bar.append(language, button);
    block.prepend(bar);
  }
}
