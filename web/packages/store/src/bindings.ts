import { newId, ProblemError, type Client } from '@salon/client';
import type { BindingConfig, Failure, Notice, PageConfig } from '@salon/protocol';
import type { Components } from './components';
import { observable, type Observable } from './observable';

/** A JavaScript function of the author's: gets the values of the inputs, returns one or several. */
export type Script = (...values: unknown[]) => unknown;

/** What happens at the events of the page. */
export interface Bindings {
  /** Something happened to a component, or (`null`) to the page; `data` says more of it. */
  happen(node: string | null, event: string, data?: Record<string, unknown>): void;
  /** Whether anybody listens to an event of a component. */
  isBound(node: string, event: string): boolean;
  /** The components that functions are about to set, and how that is shown. */
  pending: Observable<ReadonlyMap<string, ShowProgress>>;
}

export interface BindingsOptions {
  page: PageConfig;
  client: Client;
  components: Components;
  /** Names this page to the server, which keeps states by it. */
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

  function happen(node: string | null, event: string, data?: Record<string, unknown>): void {
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
      status = await carryOut(binding, own, data);
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

  /** Do what a binding says; returns how it ended. */
  async function carryOut(binding: BindingConfig, own: Running, data?: Record<string, unknown>): Promise<string> {
    const { id, inputs = [], outputs = [], clears = [], calls = true, cancels = [] } = binding;
    cancels.forEach(cancel);
    clears.forEach(components.empty);
    const loading = components.whole(inputs);
    if (loading) await loading;
    let values = components.values(inputs);
    if (binding.script) {
      try {
        const result: unknown = await options.scripts[id]?.(...components.all(inputs));
        if (!calls) fill(outputs, result);
        else values = { ...values, ...named(inputs, result) };
      } catch (error) {
        options.onFailure({ code: 'page.failed', message: String(error) });
        return 'error';
      }
    }
    return calls ? await call(binding, own, values, data) : 'complete';
  }

  async function call(
    { id }: BindingConfig,
    own: Running,
    inputs: Record<string, unknown>,
    event: Record<string, unknown> = {},
  ): Promise<string> {
    const request = { id: newId('turn'), endpoint: id, session: options.session, inputs, event };
    try {
      for await (const entries of client.call(request, own.abort.signal)) {
        for (const { event: entry } of entries) {
          if (entry.type === 'run-start') own.run = entry.run;
          else if (entry.type === 'output-set' || entry.type === 'output-delta') components.apply(entry);
          else if (entry.type === 'reset') entry.outputs?.forEach(components.apply);
          else if (entry.type === 'notice') options.onNotice(entry);
          else if (entry.type === 'run-end') {
            if (entry.failure) options.onFailure(entry.failure);
            return entry.status ?? 'complete';
          }
        }
      }
      return 'cancelled';
    } catch (error) {
      const { code, detail } =
        error instanceof ProblemError ? error.problem : { code: 'page.failed', detail: String(error) };
      options.onFailure({ code, message: detail });
      return 'error';
    }
  }

  function cancel(id: string): void {
    for (const { abort, run } of running.get(id) ?? []) {
      abort.abort();
      if (run) void client.cancel(run, Number.MAX_SAFE_INTEGER).catch(() => undefined);
    }
  }

  function fill(ids: string[], result: unknown): void {
    components.fill(named(ids, result));
  }

  function showPending(): void {
    const shown = new Map<string, ShowProgress>();
    for (const { id, outputs = [], calls = true, show_progress: progress = 'full' } of all) {
      if (!calls || (running.get(id) ?? []).length === 0) continue;
      for (const output of outputs) shown.set(output, progress);
    }
    pending.set(shown);
  }

  components.onChange((id, byUser) => {
    if (byUser) happen(id, 'input');
    happen(id, 'change');
  });

  return {
    happen,
    isBound: (node, event) => all.some((binding) => isTriggeredBy(binding, node, event)),
    pending,
  };
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
