const timeout_ms = 20_000;

interface Answer {
  isReady?: boolean;
  id?: number;
  svg?: string;
}

let frame: Promise<HTMLIFrameElement> | undefined;
let next = 1;

/** Have the sandboxed frame draw a Mermaid diagram; `undefined` where that is not possible. */
export async function drawDiagram(source: string, look: { isDark: boolean; theme: Record<string, string> }): Promise<string | undefined> {
  const id = next++;
  const { contentWindow } = await (frame ??= openFrame());
  if (!contentWindow) return undefined;
  const answer = answerOf(contentWindow, (data) => data.id === id);
  contentWindow.postMessage({ id, source, ...look }, '*');
  return (await answer)?.svg;
}

async function openFrame(): Promise<HTMLIFrameElement> {
  const element = document.createElement('iframe');
  element.className = 'salon-drawing-frame';
  element.setAttribute('sandbox', 'allow-scripts');
  element.setAttribute('aria-hidden', 'true');
  element.tabIndex = -1;
  element.title = 'Diagrams';
  element.src = 'frames/diagram';
  document.body.append(element);
  if (element.contentWindow) await answerOf(element.contentWindow, ({ isReady }) => isReady === true);
  return element;
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
