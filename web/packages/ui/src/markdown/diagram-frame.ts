const timeout_ms = 20_000;

export interface DiagramLook {
  isDark: boolean;
  theme: Record<string, string>;
}

interface Answer {
  isReady?: boolean;
  id?: number;
  svg?: string;
}

let frame: HTMLIFrameElement | undefined;
let last: Promise<unknown> = Promise.resolve();
let next = 1;

/** Have the sandboxed frame draw a Mermaid diagram, one after the other; `undefined` where that is not possible. */
export function drawDiagram(source: string, look: DiagramLook): Promise<string | undefined> {
  const drawn = last.then(() => order(source, look));
  last = drawn;
  return drawn;
}

async function order(source: string, look: DiagramLook): Promise<string | undefined> {
  frame ??= await openFrame();
  const target = frame?.contentWindow;
  if (!target) return undefined;
  const id = next++;
  const answer = answerOf(target, (data) => data.id === id);
  target.postMessage({ id, source, ...look }, '*');
  const drawn = await answer;
  if (!drawn) closeFrame();
  return drawn?.svg;
}

/** Open the frame; one that does not answer is given up, and the next diagram tries anew. */
async function openFrame(): Promise<HTMLIFrameElement | undefined> {
  const element = document.createElement('iframe');
  element.className = 'salon-drawing-frame';
  element.setAttribute('sandbox', 'allow-scripts');
  element.setAttribute('aria-hidden', 'true');
  element.tabIndex = -1;
  element.title = 'Diagrams';
  element.src = 'frames/diagram';
  document.body.append(element);
  const isReady = element.contentWindow && (await answerOf(element.contentWindow, (data) => data.isReady === true));
  if (isReady) return element;
  element.remove();
  return undefined;
}

function closeFrame(): void {
  frame?.remove();
  frame = undefined;
}

/** The first message from `from` that is wanted, unless it takes too long. */
function answerOf(from: Window, isWanted: (data: Answer) => boolean): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const finish = (answer: Answer | undefined) => {
      clearTimeout(timer);
      removeEventListener('message', listen);
      resolve(answer);
    };
    const listen = ({ source, data }: MessageEvent<unknown>) => {
      if (source === from && isAnswer(data) && isWanted(data)) finish(data);
    };
    const timer = setTimeout(finish, timeout_ms);
    addEventListener('message', listen);
  });
}

function isAnswer(data: unknown): data is Answer {
  if (typeof data !== 'object' || data === null) return false;
  return !('svg' in data) || typeof data.svg === 'string';
}
