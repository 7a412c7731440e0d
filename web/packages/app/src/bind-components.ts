import type { ChatConfig, Message } from '@salon/protocol';
import type { Attachments, Composer, Conversation } from '@salon/store';
import type { PageServices } from './page-services';

/** Let the functions of the page read, set and listen to a chat's conversation as the component with an id. */
export function bindChatbot(
  id: string,
  conversation: Conversation,
  { chatbot: { opening = [] } = {} }: ChatConfig,
  { bindings, components }: PageServices,
): void {
  const beginsWithOpening = (messages: Message[]) =>
    JSON.stringify(messages.slice(0, opening.length)) === JSON.stringify(opening);
  components.attach(id, {
    value: () => [...opening, ...conversation.get().messages.map(({ message }) => message)],
    set({ props = {} }) {
      const { messages } = props as { messages?: unknown };
      if (!Array.isArray(messages)) return;
      const given = messages as Message[];
      conversation.prefill(beginsWithOpening(given) ? given.slice(opening.length) : given);
    },
    clear: () => conversation.prefill([]),
    load: conversation.loadAll,
  });
  let known = conversation.get().messages;
  conversation.subscribe(({ messages, live }) => {
    if (live || messages === known || messages.at(-1)?.isUnsent) return;
    known = messages;
    bindings.emit(id, 'change');
  });
}

/** Let the functions of the page read, set and listen to a chat's textbox as the component with an id. */
export function bindTextbox(
  id: string,
  composer: Composer,
  attachments: Attachments,
  { files }: ChatConfig,
  { bindings, components }: PageServices,
): void {
  const detach = () => attachments.get().forEach(({ number }) => attachments.remove(number));
  components.attach(id, {
    value: () =>
      files
        ? { text: composer.get(), files: attachments.get().flatMap(({ ref }) => (ref ? { $file: ref.id } : [])) }
        : composer.get(),
    set({ text, files: refs }) {
      if (text !== undefined) composer.set(text);
      if (!refs) return;
      detach();
      attachments.put(refs);
    },
    clear() {
      composer.set('');
      detach();
    },
  });
  let known = composer.get();
  composer.subscribe((text) => {
    if (text === known) return;
    known = text;
    bindings.emit(id, 'change');
  });
}
