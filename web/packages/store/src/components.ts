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

/** A part of a chat whose value functions that are bound to events take or set. */
export interface AttachedPart {
  /** Its value, in the form in which it is sent. */
  value(): unknown;
  set(changes: ComponentChanges): void;
  clear(): void;
  /** Load the value completely. */
  load?(): Promise<void>;
}

/** The components of the page as they are now. What users enter survives a refresh. */
export interface Components {
  has(id: string): boolean;
  /** Make a part of a chat the component with an id. */
  attach(id: string, part: AttachedPart): void;
  /** Begin to load the values of some components, where they may not be loaded completely. */
  loadValues(ids: readonly string[]): Promise<unknown> | undefined;
  part(id: string): Observable<ComponentPart>;
  /** A user changes a component; `props` replace those of the same names. */
  change(id: string, changes: ComponentChanges): void;
  /** A function changes a component. */
  apply(event: OutputSet | OutputDelta): void;
  /** Set values, of an example or a script, in the form in which they are sent. */
  setValues(values: Record<string, unknown>): void;
  /** The values to be sent; the server has those that nobody has changed. */
  values(ids: readonly string[]): Record<string, unknown>;
  /** All values of some components, touched or not. */
  allValues(ids: readonly string[]): unknown[];
  /** Remove a component's value. */
  clear(id: string): void;
  /** Call back with every change of a value; `byUser` tells whether a user or a function made it. */
  onChange(listener: (id: string, byUser: boolean) => void): void;
}

/** Return the components of a page as they are at first, or as they were before a refresh. */
export function createComponents(page: PageConfig, storage: SafeStorage, key: string): Components {
  const parts = new Map<string, Writable<ComponentPart>>();
  const touched = new Set<string>(Object.keys(page.values ?? {}));
  const listeners = new Set<(id: string, byUser: boolean) => void>();
  const attached = new Map<string, AttachedPart>();

  for (const { id, part } of componentsOf(page)) {
    parts.set(id, observable(page.values?.[id] ?? part));
    if (part.kind === 'chatbot') touched.add(id);
  }
  for (const { id, options } of containersIn(page.layout ?? []))
    parts.set(id, observable({ type: 'component', kind: 'container', props: options ?? {} }));
  for (const [id, saved] of restored(storage, key)) {
    const part = parts.get(id);
    if (!part || !saved || !isSame(part.get(), saved)) continue;
    part.set(saved);
    touched.add(id);
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
    loadValues: (ids) => allOf(ids.flatMap((id) => attached.get(id)?.load?.() ?? [])),
    part(id) {
      const part = parts.get(id);
      if (!part) throw new Error(`There is no component ${id}.`);
      return part;
    },
    change: (id, changes) => set(id, changes, true),
    apply: (event) =>
      set(
        event.node,
        outputChanges(event, () => current(event.node)),
        false,
      ),
    setValues(values) {
      for (const [id, value] of Object.entries(values)) set(id, valueChanges(parts.get(id)?.get().kind, value), true);
    },
    values: (ids) =>
      Object.fromEntries(
        ids.filter((id) => attached.has(id) || (touched.has(id) && parts.has(id))).map((id) => [id, current(id)]),
      ),
    allValues: (ids) => ids.map(current),
    clear(id) {
      attached.get(id)?.clear();
      const part = parts.get(id)?.get();
      if (part) set(id, cleared(part), true);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

const allOf = (promises: Promise<void>[]) => (promises.length > 0 ? Promise.all(promises) : undefined);

/** The components that the browser stored before a refresh. */
function restored(storage: SafeStorage, key: string): [string, ComponentPart | null][] {
  try {
    return Object.entries(JSON.parse(storage.get(key) ?? '{}') as Record<string, ComponentPart | null>);
  } catch {
    storage.remove(key);
    return [];
  }
}

/** The changes by an event of a function's run; `current` gives the component's value. */
function outputChanges(event: OutputSet | OutputDelta, current: () => unknown): ComponentChanges {
  if (event.type === 'output-delta') {
    const { message: number, text } = event;
    if (number == null) return { text: textIn(current()) + text };
    const messages = current() as Message[];
    return { props: { messages: messages.map((message, at) => (at === number ? withMore(message, text) : message)) } };
  }
  const { text, files, props } = event;
  return { ...(text != null && { text }), ...(files != null && { files }), ...(props && { props }) };
}

/** The changes that give a component of a kind a value, in the form in which values are sent. */
function valueChanges(kind: string | undefined, value: unknown): ComponentChanges {
  if (kind === 'dataframe') {
    const { headers, data } = value as { headers: string[]; data: unknown[][] };
    return { props: { headers, rows: data } };
  }
  return isText(kind) ? { text: value == null ? '' : String(value) } : { props: { value } };
}

/** A message with `text` at the end of its last part. */
function withMore(message: Message, text: string): Message {
  const parts = message.parts ?? [];
  const last = parts.at(-1);
  if (last?.type !== 'text') return message;
  return { ...message, parts: [...parts.slice(0, -1), { ...last, text: (last.text ?? '') + text }] };
}

/** The changes that remove the value of a component. */
function cleared({ kind, props }: ComponentPart): ComponentChanges {
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

/** All components of a page, in its layout and in its chats. */
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

/** Whether the part that a browser stored is of the same component; a new version of the application may have others. */
function isSame(part: ComponentPart, saved: ComponentPart): boolean {
  const label = ({ props }: ComponentPart) => (props as { label?: string } | undefined)?.label;
  const offers = ({ props }: ComponentPart) => JSON.stringify((props as { choices?: unknown } | undefined)?.choices);
  return part.kind === saved.kind && label(part) === label(saved) && offers(part) === offers(saved);
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
