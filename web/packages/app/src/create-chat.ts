import { wait } from '@salon/client';
import type { ChatConfig } from '@salon/protocol';
import {
  createAttachments,
  createComposer,
  createConversation,
  createSavedCopy,
  safeStorage,
  watchConversation,
  withEvents,
  type Conversation,
  type Library,
} from '@salon/store';
import { whenIdle, type ChatModel } from '@salon/ui';
import { bindChatbot, bindTextbox } from './bind-components';
import { mayWatch } from './may-watch';
import { nextFrame } from './next-frame';
import { openLibrary } from './open-library';
import { showRefusal, type PageServices } from './page-services';
import { createTabs, type Tabs } from './tabs';

/** The key under which the browser stores its copy of the conversation. */
export const savedKey = (scope: string): string => `salon.conversation:${scope}`;

const never = new AbortController().signal;

/** Return a chat of the page, which stores in the browser what it needs there. */
export function createChat(config: ChatConfig, services: PageServices): ChatModel {
  const { client, bindings } = services;
  const { name = 'chat', chatbot, chatbot_id: chatbotId, textbox, textbox_id: textboxId, files } = config;
  const scope = name === 'chat' ? services.scope : `${services.scope}#${name}`;
  const tabs = createTabs(`salon:${scope}`);
  const library = openLibrary(config, scope, client, tabs);
  if (library?.onServer) addEventListener('pagehide', library.onServer.flush);
  const conversation = openConversation(config, scope, services, library, tabs);
  const composer = createComposer(
    safeStorage(() => sessionStorage),
    `salon.draft:${scope}`,
  );
  if (textbox?.value && composer.get() === '') composer.set(textbox.value);
  const attachments = createAttachments(client, files ?? undefined);
  if (textboxId != null) bindTextbox(textboxId, composer, attachments, config, services);
  if (chatbotId == null) return { config, conversation, library, composer, attachments };
  bindChatbot(chatbotId, conversation, config, services);
  const observed = withEvents(conversation, (chatbot?.opening ?? []).length, (event, data) =>
    bindings.emit(chatbotId, event, data),
  );
  return { config, conversation: observed, library, composer, attachments };
}

/** Return the conversation of a chat, which follows changes of it in other tabs and on the server. */
function openConversation(
  { name = 'chat', chatbot_id: chatbotId, inputs, chatbot }: ChatConfig,
  scope: string,
  services: PageServices,
  library: Library | undefined,
  tabs: Tabs,
): Conversation {
  const { client, session, bindings, components, connection, notices, local } = services;
  const saved = createSavedCopy(local, savedKey(scope), (callback) => whenIdle(callback, 1000));
  addEventListener('pagehide', saved.flush);
  const conversation = createConversation({
    client,
    saved,
    ...(library && { library }),
    chat: name,
    ...(session !== undefined && { session }),
    inputs: () => components.values(inputs ?? []),
    schedule: nextFrame,
    pause: () => wait(3000, never),
    isOffline: () => connection.get() === 'lost',
    now_s: () => Date.now() / 1000,
    onNotice: notices.push,
    onOutput: components.apply,
    onServerChange: tabs.sendChanged,
    asksFeedback: chatbot?.feedback != null,
    onLike: (event) => chatbotId != null && bindings.emit(chatbotId, 'like', event),
    onRefused: (error) => showRefusal(error, services),
  });
  watchConversation(conversation, client, mayWatch);
  tabs.listen({
    onChanged: (id) => void conversation.refreshFrom(id),
    onListChanged: () => void library?.refresh(),
    onRemoved(id) {
      // A message that were sent into a deleted conversation would restore it, or be lost.
      if (conversation.get().id === id) conversation.startNew();
      void library?.refresh();
    },
  });
  return conversation;
}
