import type { EndpointView } from '@salon/protocol';
import { scriptedServer, type Answer } from '../../client/test/scripted-server';
import { connect, type ConnectOptions } from '../src';

/** A client whose requests get the given answers one after the other, after that for what may be called. */
export async function scriptedClient(
  answers: Answer[],
  { endpoints = [], ...options }: ConnectOptions & { endpoints?: EndpointView[] } = {},
) {
  const { transport, calls } = scriptedServer([Response.json({ address: '', endpoints }), ...answers]);
  const client = await connect('https://host.test/deep/chat', { fetch: transport.fetch, ...options });
  calls.length = 0;
  return { client, calls };
}
