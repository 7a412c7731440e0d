/**
 * Parses Svelte components for the rule against import cycles.
 *
 * The rule looks for imports among the statements of a module alone, and Svelte's own parser puts a component's
 * statements a level deeper, into its `<script>`: no cycle that goes through a component would be found.
 */
import { parseForESLint as parseComponent } from 'svelte-eslint-parser';
import { parser } from 'typescript-eslint';

export const meta = { name: 'svelte-imports-parser' };

export function parseForESLint(code, options) {
  const parsed = parseComponent(code, { ...options, parser });
  parsed.ast.body = parsed.ast.body.flatMap((node) => (node.type === 'SvelteScriptElement' ? node.body : node));
  return parsed;
}
