import type { RunEvent } from '@salon/protocol';
import type { Link, Transport } from '../src';

export interface Call {
  method: string;
  path: string;
  body: unknown;
}

export type Answer = Response | 'unreachable' | ((call: Call, signal: AbortSignal | null | undefined) => Response);

/** A transport whose requests get the given answers one after the other, and which never waits. */
export function scriptedServer(answers: Answer[]) {
  const calls: Call[] = [];
  const links: Link[] = [];
  const offline = new Set<() => void>();
  const transport: Transport = {
    upload: () => Promise.reject(new TypeError('scripted')),
    base: 'https://host.test/deep/chat/',
    onLink: (link) => links.push(link),
    onOffline(callback) {
      offline.add(callback);
      return () => offline.delete(callback);
    },
    wait: async () => {},
    fetch: async (url, init) => {
      const { pathname, search } = new URL(url);
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      const call = { method: init?.method ?? 'GET', path: pathname + search, body };
      calls.push(call);
      const answer = answers.shift();
      if (!answer) throw new Error(`no answer left for ${call.method} ${call.path}`);
      if (answer === 'unreachable') throw new TypeError('Failed to fetch');
      return typeof answer === 'function' ? answer(call, init?.signal) : answer;
    },
  };
  return { transport, calls, links, goOffline: () => offline.forEach((callback) => callback()) };
}

/** A stream that gives these events and then nothing, as when the network has gone silently; it obeys `signal`. */
export function silentStream(events: RunEvent[], signal: AbortSignal | null | undefined): Response {
  const frames = events.map((event, index) => `id: ${1 + index}\ndata: ${JSON.stringify(event)}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(frames.join('')));
      signal?.addEventListener('abort', () => controller.error(signal.reason));
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
}

/** A stream of the given events numbered from `first`; `cut` breaks it at the end. */
export function stream(events: RunEvent[], { first = 1, cut = false } = {}): Response {
  const frames = events.map((event, index) => `id: ${first + index}\ndata: ${JSON.stringify(event)}\n\n`);
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!sent && frames.length) controller.enqueue(new TextEncoder().encode(frames.join('')));
      else if (cut) controller.error(new TypeError('network error'));
      else controller.close();
      sent = true;
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
}

export function problem(status: number, code: string): Response {
  return Response.json({ status, code, title: code, detail: '' }, { status });
}
