// node ask.mjs http://localhost:7860 "What is new?"
// Ctrl+C stops the reply on the server, too.
import { connect, ReplyFailed } from 'salon-client';

const [url = 'http://localhost:7860', ...words] = process.argv.slice(2);
const client = await connect(url);
const answer = client.ask(words.join(' ') || 'Hello');
process.once('SIGINT', () => answer.cancel());

try {
  for await (const piece of answer) process.stdout.write(piece);
} catch (error) {
  if (!(error instanceof ReplyFailed)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
process.stdout.write('\n');
