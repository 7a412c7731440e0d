import type {
  ComponentPart,
  ContainerNode,
  LayoutNode,
  Message,
  OutputDelta,
  OutputSet,
  PageConfig,
} from '@salon/protocol';
import { isText, valueOf } from './component-value';
import { observable, type Observable, type Writable } from './observable';
import type { SafeStorage } from './safe-storage';

export type ComponentChanges = Partial<Pick<ComponentPart, 'text' | 'props' | 'files'>>;

/** A part of a chat, where functions that are bound to events take or set it. */
export interface Attached {
  /** Its value, in the form in which it is sent. */
  value(): unknown;
  set(changes: ComponentChanges): void;
  empty(): void;
  /** Wait until the value is whole. */
  load?(): Promise<void>;
}

/** The components of the page as they are now. What users enter survives a refresh. */
export interface Components {
  has(id: string): boolean;
  /** Have a part of a chat stand for a component. */
  attach(id: string, part: Attached): void;
  /** Begin to load what is missing of the values of some components, where something may be. */
  whole(ids: readonly string[]): Promise<unknown> | undefined;
  part(id: string): Observable<ComponentPart>;
  /** A user changes a component; `props` replace those of the same names. */
  change(id: string, changes: ComponentChanges): void;
  /** A function changes a component. */
  apply(event: OutputSet | OutputDelta): void;
  /** Set what an example says, in the form in which values are sent. */
  fill(values: Record<string, unknown>): void;
  /** The values to be sent; those that nobody has touched are left to the server. */
  values(ids: readonly string[]): Record<string, unknown>;
  /** All values of some components, touched or not. */
  all(ids: readonly string[]): unknown[];
  /** Take a component's value away. */
  empty(id: string): void;
  /** Hear of every change of a value; `byUser` tells who made it. */
  onChange(listener: (id: string, byUser: boolean) => void): void;
}

/** Return the components of a page as they are at first, or as they were before a refresh. */
export function createComponents(page: PageConfig, storage: SafeStorage, key: string): Components {
  const parts = new Map<string, Writable<ComponentPart>>();
  const touched = new Set<string>(Object.keys(page.values ?? {}));
  const listeners = new Set<(id: string, byUser: boolean) => void>();
  const attached = new Map<string, Attached>();

  for (const { id, part } of componentsOf(page)) {
    parts.set(id, observable(page.values?.[id] ?? part));
    if (part.kind === 'chatbot') touched.add(id);
  }
  for (const { id, options } of containersIn(page.layout ?? []))
    parts.set(id, observable({ type: 'component', kind: 'container', props: options ?? {} }));
  restore();

  function restore(): void {
    const text = storage.get(key);
    if (text === undefined) return;
    try {
      for (const [id, saved] of Object.entries(JSON.parse(text) as Record<string, ComponentPart>)) {
        const part = parts.get(id);
        if (!part || !isSame(part.get(), saved)) continue;
        part.set(saved);
        touched.add(id);
      }
    } catch {
      storage.remove(key);
    }
  }

  function keep(): void {
    const entries = [...touched].flatMap((id) => {
      const part = parts.get(id)?.get();
      return part && !['button', 'chatbot'].includes(part.kind) ? [[id, part]] : [];
    });
    storage.set(key, JSON.stringify(Object.fromEntries(entries)));
  }

  function current(id: string): unknown {
    const part = parts.get(id);
    return part ? valueOf(part.get()) : (attached.get(id)?.value() ?? null);
  }

  function set(id: string, changes: ComponentChanges, byUser: boolean): void {
    attached.get(id)?.set(changes);
    const { text, props, files } = changes;
    const part = parts.get(id);
    if (!part) return;
    const old = part.get();
    const before = valueOf(old);
    part.set({
      ...old,
      ...(text !== undefined && { text }),
      ...(files !== undefined && { files }),
      ...(props !== undefined && { props: { ...old.props, ...props } }),
    });
    if (isEqual(valueOf(part.get()), before)) return;
    touched.add(id);
    if (byUser) keep();
    for (const listener of listeners) listener(id, byUser);
  }

  return {
    has: (id) => parts.has(id),
    attach: (id, part) => void attached.set(id, part),
    whole(ids) {
      const loading = ids.flatMap((id) => attached.get(id)?.load?.() ?? []);
      return loading.length > 0 ? Promise.all(loading) : undefined;
    },
    part(id) {
      const part = parts.get(id);
      if (!part) throw new Error(`There is no component ${id}.`);
      return part;
    },
    change: (id, changes) => set(id, changes, true),
    apply(event) {
      if (event.type === 'output-delta' && event.message != null) {
        const { node, message: number, text } = event;
        const messages = current(node) as Message[];
        set(
          node,
          { props: { messages: messages.map((message, at) => (at === number ? withMore(message, text) : message)) } },
          false,
        );
        return;
      }
      if (event.type === 'output-delta') {
        set(event.node, { text: textIn(current(event.node)) + event.text }, false);
        return;
      }
      const { text, files, props } = event;
      set(
        event.node,
        { ...(text != null && { text }), ...(files != null && { files }), ...(props && { props }) },
        false,
      );
    },
    fill(values) {
      for (const [id, value] of Object.entries(values)) {
        const kind = parts.get(id)?.get().kind;
        if (kind === 'dataframe') {
          const { headers, data } = value as { headers: string[]; data: unknown[][] };
          set(id, { props: { headers, rows: data } }, true);
        } else if (isText(kind)) set(id, { text: value == null ? '' : String(value) }, true);
        else set(id, { props: { value } }, true);
      }
    },
    values: (ids) =>
      Object.fromEntries(
        ids.filter((id) => attached.has(id) || (touched.has(id) && parts.has(id))).map((id) => [id, current(id)]),
      ),
    all: (ids) => ids.map(current),
    empty(id) {
      attached.get(id)?.empty();
      const part = parts.get(id)?.get();
      if (part) set(id, emptied(part), true);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** A message whose last part says more. */
function withMore(message: Message, text: string): Message {
  const parts = message.parts ?? [];
  const last = parts.at(-1);
  if (last?.type !== 'text') return message;
  return { ...message, parts: [...parts.slice(0, -1), { ...last, text: (last.text ?? '') + text }] };
}

/** What takes the value of a component away. */
function emptied({ kind, props }: ComponentPart): ComponentChanges {
  if (isText(kind)) return { text: '' };
  switch (kind) {
    case 'image':
    case 'audio':
    case 'video':
      return { props: { source: null }, files: [] };
    case 'file':
    case 'uploadbutton':
      return { props: { sources: [] }, files: [] };
    case 'multimodaltextbox':
      return { text: '', props: { sources: [] }, files: [] };
    case 'gallery':
      return { props: { items: [] }, files: [] };
    case 'dataframe':
      return { props: { rows: [] } };
    case 'chatbot':
      return { props: { messages: [] } };
    case 'slider':
      return { props: { value: (props as { minimum?: number } | undefined)?.minimum ?? 0 } };
    case 'checkbox':
      return { props: { value: false } };
    case 'checkboxgroup':
      return { props: { value: [] } };
    case 'plot':
      return { props: { source: null, document: null, figure: null }, files: [] };
    case 'label':
      return { props: { value: null, confidences: [] } };
    default:
      return { props: { value: null } };
  }
}

/** All components that a page is told of, wherever they stand. */
function componentsOf({ layout, chats = [] }: PageConfig): { id: string; part: ComponentPart }[] {
  const inside = (nodes: LayoutNode[]): { id: string; part: ComponentPart }[] =>
    nodes.flatMap((node) => {
      if (node.type === 'component') return [node];
      return node.type === 'container' ? inside(node.children ?? []) : [];
    });
  return [...inside(layout ?? []), ...chats.flatMap(({ extra }) => inside(extra?.children ?? []))];
}

/** The text in the value of a component that shows one. */
function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ((value as { text?: string } | null)?.text ?? '');
}

/** All containers in some nodes; functions change them like components. */
function containersIn(nodes: LayoutNode[]): ContainerNode[] {
  return nodes.flatMap((node) => (node.type === 'container' ? [node, ...containersIn(node.children ?? [])] : []));
}

/** Whether what a browser kept is of the same component; a new version of the application may have others. */
function isSame(part: ComponentPart, saved: ComponentPart): boolean {
  const label = ({ props }: ComponentPart) => (props as { label?: string } | undefined)?.label;
  const offers = ({ props }: ComponentPart) => JSON.stringify((props as { choices?: unknown } | undefined)?.choices);
  return part.kind === saved.kind && label(part) === label(saved) && offers(part) === offers(saved);
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
