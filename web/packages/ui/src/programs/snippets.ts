import type { EndpointView } from '@salon/protocol';

export interface Snippet {
  /** The client, as a tab is called. */
  name: string;
  language: 'python' | 'javascript' | 'bash' | 'json';
  code: string;
}

type Parameter = NonNullable<EndpointView['parameters']>[number];

/** How the protocols that are switched on call an endpoint, with the right address and names. */
export function snippets(
  endpoint: EndpointView,
  protocols: readonly string[],
  address: string,
  texts?: readonly string[],
): Snippet[] {
  const found: Snippet[] = [];
  if (protocols.includes('gradio')) {
    found.push({ name: 'Python', language: 'python', code: gradioPython(endpoint, address, texts) });
    found.push({ name: 'JavaScript', language: 'javascript', code: gradioJavaScript(endpoint, address, texts) });
  }
  if (endpoint.chat != null) {
    found.push({ name: 'salon.Client', language: 'python', code: ours(endpoint, address, texts) });
    found.push({ name: 'salon-client', language: 'javascript', code: oursInJavaScript(endpoint, address, texts) });
  }
  if (protocols.includes('openai') && endpoint.chat != null) {
    found.push({ name: 'OpenAI', language: 'python', code: openAi(endpoint, address, texts) });
  }
  if (protocols.includes('gradio')) found.push({ name: 'curl', language: 'bash', code: curl(endpoint, address) });
  if (protocols.includes('mcp')) found.push({ name: 'MCP', language: 'json', code: mcp(address) });
  return found;
}

const others = ({ parameters = [] }: EndpointView) => parameters.slice(1);

/** A value that a parameter takes: its default, or one of its type. */
function exampleOf({ default: value, has_default: hasDefault, schema }: Parameter): unknown {
  if (hasDefault && value !== undefined) return value;
  const { type, enum: choices, minimum } = (schema ?? {}) as { type?: string; enum?: unknown[]; minimum?: number };
  if (choices?.length) return choices[0];
  switch (type) {
    case 'number':
    case 'integer':
      return minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    default:
      return 'Hello';
  }
}

function messageOf(endpoint: EndpointView, text: string): unknown {
  if (!endpoint.chat) return exampleOf(endpoint.parameters?.[0] ?? { name: '' });
  return endpoint.takes_files ? { text, files: [] } : text;
}

const python = (value: unknown): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, item]) => `${JSON.stringify(name)}: ${python(item)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
};

function gradioPython(endpoint: EndpointView, address: string, texts: readonly string[] = ['Hello']): string {
  const calls = texts.map((text) => {
    const values = (endpoint.parameters ?? []).map((parameter, index) => {
      return `    ${parameter.name}=${python(index === 0 ? messageOf(endpoint, text) : exampleOf(parameter))},`;
    });
    return ['answer = client.predict(', ...values, `    api_name="/${endpoint.name}",`, ')', 'print(answer)'].join(
      '\n',
    );
  });
  return ['from gradio_client import Client', '', `client = Client(${JSON.stringify(address)})`, ...calls].join('\n');
}

function gradioJavaScript(endpoint: EndpointView, address: string, texts: readonly string[] = ['Hello']): string {
  const calls = texts.map((text) => {
    const values = (endpoint.parameters ?? []).map((parameter, index) => {
      return `  ${parameter.name}: ${JSON.stringify(index === 0 ? messageOf(endpoint, text) : exampleOf(parameter))},`;
    });
    return [
      `for await (const event of client.submit("/${endpoint.name}", {`,
      ...values,
      '})) {',
      '  if (event.type === "data") console.log(event.data[0]);',
      '}',
    ].join('\n');
  });
  return [
    'import { Client } from "@gradio/client";',
    '',
    `const client = await Client.connect(${JSON.stringify(address)});`,
    ...calls,
  ].join('\n');
}

function ours(endpoint: EndpointView, address: string, texts: readonly string[] = ['Hello']): string {
  const inputs = others(endpoint).flatMap((parameter) =>
    parameter.input ? [`${JSON.stringify(parameter.input)}: ${python(exampleOf(parameter))}`] : [],
  );
  const further = inputs.length > 0 ? `, inputs={${inputs.join(', ')}}` : '';
  const chat = endpoint.chat === 'chat' ? '' : `, chat=${JSON.stringify(endpoint.chat)}`;
  return [
    'import salon',
    '',
    `conversation = salon.Client(${JSON.stringify(address)}${chat}).conversation()`,
    ...texts.map(
      (text) => `for text in conversation.stream(${JSON.stringify(text)}${further}):\n    print(text, end="")`,
    ),
  ].join('\n');
}

function oursInJavaScript(endpoint: EndpointView, address: string, texts: readonly string[] = ['Hello']): string {
  const inputs = others(endpoint).map(
    (parameter) => `${JSON.stringify(parameter.name)}: ${JSON.stringify(exampleOf(parameter))}`,
  );
  const further = inputs.length > 0 ? `, { inputs: { ${inputs.join(', ')} } }` : '';
  const chat = endpoint.chat === 'chat' ? '' : `, { chat: ${JSON.stringify(endpoint.chat)} }`;
  return [
    'import { connect } from "salon-client";',
    '',
    `const client = await connect(${JSON.stringify(address)}${chat});`,
    'const conversation = client.conversation();',
    ...texts.map(
      (text) => `for await (const piece of conversation.ask(${JSON.stringify(text)}${further})) console.log(piece);`,
    ),
  ].join('\n');
}

function openAi(endpoint: EndpointView, address: string, texts: readonly string[] = ['Hello']): string {
  const inputs = others(endpoint).map(
    (parameter) => `${JSON.stringify(parameter.name)}: ${python(exampleOf(parameter))}`,
  );
  return [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(`${address}/v1`)}, api_key="any")`,
    'stream = client.chat.completions.create(',
    `    model=${JSON.stringify(endpoint.name)},`,
    '    messages=[',
    ...texts.map((text) => `        {"role": "user", "content": ${JSON.stringify(text)}},`),
    '    ],',
    ...(inputs.length > 0 ? [`    extra_body={${inputs.join(', ')}},`] : []),
    '    stream=True,',
    ')',
    'for chunk in stream:',
    '    print(chunk.choices[0].delta.content or "", end="")',
  ].join('\n');
}

function curl(endpoint: EndpointView, address: string): string {
  const data = (endpoint.parameters ?? []).map((parameter, index) =>
    index === 0 ? messageOf(endpoint, 'Hello') : exampleOf(parameter),
  );
  const body = JSON.stringify({ data }).replaceAll("'", "'\\''");
  const place = `${address}/gradio_api/call/${endpoint.name}`;
  return [
    `EVENT=$(curl -s -X POST ${place} \\`,
    `  -H 'Content-Type: application/json' -d '${body}' \\`,
    '  | sed \'s/.*"event_id": *"\\([^"]*\\)".*/\\1/\')',
    `curl -N ${place}/$EVENT`,
  ].join('\n');
}

const mcp = (address: string) => JSON.stringify({ mcpServers: { salon: { url: `${address}/mcp` } } }, null, 2);
