// Compiled, not run: what programs in TypeScript may write with `salon-client`, and what they may not.
import { connect, ReplyFailed, SalonError, textOf, type Answer, type Client, type Conversation, type FileRef, type Output } from 'salon-client';

const client: Client = await connect('http://localhost:7860', { auth: ['ann', 'password'], chat: 'chat' });
const abort = new AbortController();
const conversation: Conversation = client.conversation();
const answer: Answer = conversation.ask('Hello', { files: [new Blob(['a'])], inputs: { temperature: 0.2 }, signal: abort.signal });

for await (const piece of answer) piece.toUpperCase();
for await (const { messages, status } of answer.replies()) console.log(messages.length, status === 'complete');
for await (const { number, event } of answer.events()) {
  if (event.type === 'progress') console.log(number + (event.fraction ?? 0));
  if (event.type === 'part-start' && event.value.type === 'component') console.log(event.value.kind);
}

const { text, files }: { text: string; files: FileRef[] } = await answer;
const results: [string, Output | undefined] = [text, (await client.call('add', { left: 1 }))[0]];
const content: Blob[] = await Promise.all(files.map((file) => client.download(file)));
const said: string[] = conversation.messages.map((message) => textOf(message));
for await (const { title, is_pinned } of client.conversations({ search: 'cat' })) said.push(is_pinned ? title.trim() : '');
for (const { parameters = [] } of client.endpoints) {
  for (const { default: value } of parameters) if (typeof value === 'number') said.push(value.toFixed());
}
const document: string = await conversation.export('markdown');

try {
  await conversation.judge(['Like'], { comment: 'Good' });
} catch (error) {
  if (error instanceof ReplyFailed) console.log(error.failure?.title, error.text);
  else if (error instanceof SalonError) console.log(error.code, error.status, (error.retryAfter_s ?? 0) + 1);
}

// @ts-expect-error: a name alone signs nobody in
void connect('http://localhost:7860', { auth: 'ann' });
// @ts-expect-error: that is no format
void conversation.export('pdf');
// @ts-expect-error: files have contents, paths or ids
void client.ask('Hello', { files: [7] });

export { content, document, results };
