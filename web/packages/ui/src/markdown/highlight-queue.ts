import { whenIdle } from '../when-idle';

const atMost_ms = 2000;
const maxLength = 50_000;
const waiting: Element[] = [];
let isRunning = false;

/** Highlight the code blocks among `nodes` one by one whenever the page is idle. */
export function queueHighlighting(nodes: Iterable<Node>): void {
  for (const node of nodes) {
    if (!(node instanceof Element)) continue;
    if (node.matches('pre.salon-code')) waiting.push(node);
    else waiting.push(...node.querySelectorAll('pre.salon-code'));
  }
  if (!isRunning && waiting.length > 0) {
    isRunning = true;
    whenIdle(() => void run(), atMost_ms);
  }
}

async function run(): Promise<void> {
  let block = waiting.shift();
  while (block && !(block.isConnected && block.getAttribute('data-language'))) block = waiting.shift();
  if (!block) {
    isRunning = false;
    return;
  }
  const code = block.querySelector('code');
  const language = block.getAttribute('data-language');
  const text = code?.textContent ?? '';
  if (code?.isConnected && language && text.length <= maxLength && !isSelected(code)) {
    const { highlight } = await import('./highlight');
    const highlighted = await highlight(text, language);
    if (highlighted && !isSelected(code)) code.replaceChildren(highlighted);
  }
  whenIdle(() => void run(), atMost_ms);
}

/** Replacing nodes would drop the reader's selection. */
function isSelected(node: Node): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(node, true);
}
