import { drawDiagram } from './diagram-frame';
import { diagramLook, onLookChange } from './diagram-look';

export interface DiagramWords {
  diagram: string;
  showCode: string;
}

const blocks = 'pre.salon-code[data-language="mermaid"]';
const drawn = new Set<HTMLElement>();
let isWatching = false;

/** Draw the Mermaid diagrams among `nodes`, each in place of its code, which stays a click away. */
export function drawDiagrams(nodes: Iterable<Node>, words: DiagramWords): void {
  for (const node of nodes) {
    if (!(node instanceof HTMLElement)) continue;
    for (const block of node.matches(blocks) ? [node] : node.querySelectorAll<HTMLElement>(blocks)) {
      void draw(block, words);
    }
  }
}

async function draw(block: HTMLElement, words: DiagramWords): Promise<void> {
  const source = block.querySelector('code')?.textContent ?? '';
  block.toggleAttribute('data-pending', true);
  const svg = await drawDiagram(source, diagramLook()).finally(() => block.removeAttribute('data-pending'));
  if (!svg || !block.isConnected) return;
  const image = block.querySelector<HTMLImageElement>('.salon-diagram img') ?? addImage(block, source, words);
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  image.onload = image.onerror = () => URL.revokeObjectURL(address);
  image.src = address;
  for (const old of drawn) if (!old.isConnected) drawn.delete(old);
  drawn.add(block);
  watch(words);
}

function addImage(block: HTMLElement, source: string, words: DiagramWords): HTMLImageElement {
  const place = document.createElement('div');
  place.className = 'salon-diagram';
  const image = document.createElement('img');
  image.alt = `${words.diagram}: ${source.trim().split('\n', 1)[0]}`;
  place.append(image);
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'salon-code-button salon-code-toggle';
  toggle.textContent = words.showCode;
  toggle.setAttribute('aria-pressed', 'false');
  block.querySelector('.salon-code-bar')?.lastElementChild?.before(toggle);
  block.append(place);
  block.dataset['drawn'] = '';
  return image;
}

/** Show a diagram's code instead, or again the diagram. */
export function toggleCode(button: Element): void {
  const isCode = button.closest('.salon-code')?.toggleAttribute('data-code-shown') ?? false;
  button.setAttribute('aria-pressed', String(isCode));
}

function watch(words: DiagramWords): void {
  if (isWatching) return;
  isWatching = true;
  onLookChange(() => {
    for (const block of drawn) {
      if (block.isConnected) void draw(block, words);
      else drawn.delete(block);
    }
  });
}
