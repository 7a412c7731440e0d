import { newId, type Client } from '@salon/client';
import type { BindingConfig, Failure, Notice, PageConfig } from '@salon/protocol';
import type { Components } from './components';
import { failureOf } from './failure';
import { observable, type Observable } from './observable';

/** A JavaScript function of the author's: receives the values of the inputs, returns those of the outputs. */
export type Script = (...values: unknown[]) => unknown;

/** The functions and scripts of the application that are bound to events of the page. */
export interface Bindings {
  /** Start the functions that are bound to an event of a component, or (`null`) of the page. */
  emit(node: string | null, event: string, data?: Record<string, unknown>): void;
  /** Whether a function is bound to an event of a component. */
  isBound(node: string, event: string): boolean;
  /** The components that functions are about to set, and how that is shown. */
  pending: Observable<ReadonlyMap<string, ShowProgress>>;
}

export interface BindingsOptions {
  page: PageConfig;
  client: Client;
  components: Components;
  /** The key of the server's session state. */
  session: string;
  scripts: Record<string, Script>;
  onNotice: (notice: Notice) => void;
  /** A call was refused, or its function failed. */
  onFailure: (failure: Pick<Failure, 'code' | 'message' | 'title' | 'details'>) => void;
}

export type ShowProgress = NonNullable<BindingConfig['show_progress']>;

interface Running {
  abort: AbortController;
  run: string | undefined;
}

export function createBindings(options: BindingsOptions): Bindings {
  const { page, client, components } = options;
  const all = page.bindings ?? [];
  const running = new Map<string, Running[]>();
  const waiting = new Map<string, Record<string, unknown> | undefined>();
  const pending = observable<ReadonlyMap<string, ShowProgress>>(new Map());

  const isTriggeredBy = ({ triggers = [] }: BindingConfig, node: string | null, event: string) =>
    triggers.some(([wanted, name]) => wanted === node && name === event);

  function emit(node: string | null, event: string, data?: Record<string, unknown>): void {
    for (const binding of all) if (isTriggeredBy(binding, node, event)) void start(binding, data);
  }

  async function start(binding: BindingConfig, data?: Record<string, unknown>): Promise<void> {
    const { id, mode = 'once' } = binding;
    const active = running.get(id) ?? [];
    if (active.length > 0 && mode !== 'multiple') {
      if (mode === 'always_last') waiting.set(id, data);
      return;
    }
    const own: Running = { abort: new AbortController(), run: undefined };
    running.set(id, [...active, own]);
    showPending();
    let status: string;
    try {
      status = await perform(binding, own, data);
    } finally {
      running.set(
        id,
        (running.get(id) ?? []).filter((one) => one !== own),
      );
      showPending();
    }
    for (const next of all) if (next.after === id && isNext(next, status)) void start(next, data);
    if (waiting.has(id)) {
      const last = waiting.get(id);
      waiting.delete(id);
      void start(binding, last);
    }
  }

  /** Perform the actions of a binding; returns the status with which they ended. */
  async function perform(binding: BindingConfig, own: Running, data?: Record<string, unknown>): Promise<string> {
    const { id, inputs = [], outputs = [], clears = [], calls = true, cancels = [] } = binding;
    cancels.forEach(cancel);
    clears.forEach(components.clear);
    const loading = components.loadValues(inputs);
    if (loading) await loading;
    let values = components.values(inputs);
    if (binding.script) {
      try {
        const result: unknown = await options.scripts[id]?.(...components.allValues(inputs));
        if (!calls) components.setValues(named(outputs, result));
        else values = { ...values, ...named(inputs, result) };
      } catch (error) {
        options.onFailure({ code: 'page.failed', message: String(error) });
        return 'error';
      }
    }
    return calls ? await call(options, binding, own, values, data) : 'complete';
  }

  function cancel(id: string): void {
    for (const { abort, run } of running.get(id) ?? []) {
      abort.abort();
      if (run) void client.cancel(run, Number.MAX_SAFE_INTEGER).catch(() => undefined);
    }
  }

  function showPending(): void {
    const active = all.filter(({ id, calls = true }) => calls && (running.get(id) ?? []).length > 0);
    const outputs = active.flatMap(({ outputs = [], show_progress: progress = 'full' }) =>
      outputs.map((output) => [output, progress] as const),
    );
    pending.set(new Map(outputs));
  }

  components.onChange((id, byUser) => {
    if (byUser) emit(id, 'input');
    emit(id, 'change');
  });

  return {
    emit,
    isBound: (node, event) => all.some((binding) => isTriggeredBy(binding, node, event)),
    pending,
  };
}

/** Call the function of a binding, and apply its outputs; returns the status with which it ended. */
async function call(
  { client, components, session, onNotice, onFailure }: BindingsOptions,
  { id }: BindingConfig,
  own: Running,
  inputs: Record<string, unknown>,
  event: Record<string, unknown> = {},
): Promise<string> {
  const request = { id: newId('turn'), endpoint: id, session, inputs, event };
  try {
    for await (const entries of client.call(request, own.abort.signal)) {
      for (const { event: entry } of entries) {
        if (entry.type === 'run-start') own.run = entry.run;
        else if (entry.type === 'output-set' || entry.type === 'output-delta') components.apply(entry);
        else if (entry.type === 'reset') entry.outputs?.forEach(components.apply);
        else if (entry.type === 'notice') onNotice(entry);
        else if (entry.type === 'run-end') {
          if (entry.failure) onFailure(entry.failure);
          return entry.status ?? 'complete';
        }
      }
    }
    return 'cancelled';
  } catch (error) {
    onFailure(failureOf(error));
    return 'error';
  }
}

function isNext({ when = 'then' }: BindingConfig, status: string): boolean {
  if (status === 'cancelled') return false;
  return when === 'then' || (when === 'success') === (status === 'complete');
}

/** The values that a script returned, by the components that they belong to. */
function named(ids: string[], result: unknown): Record<string, unknown> {
  if (ids.length === 0 || result === undefined) return {};
  const values = ids.length > 1 && Array.isArray(result) ? (result as unknown[]) : [result];
  return Object.fromEntries(ids.slice(0, values.length).map((id, index) => [id, values[index]]));
}
