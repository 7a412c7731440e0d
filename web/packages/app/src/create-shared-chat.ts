import { ProblemError, type Client } from '@salon/client';
import type { ChatConfig, PageConfig, SharedView } from '@salon/protocol';
import { createSavedCopy, memoryStorage } from '@salon/store';
import { findFilesIn, type ChatModel } from '@salon/ui';
import { createChat, savedKey } from './create-chat';
import { showRefusal, type PageServices } from './page-services';

/** Return a chat that shows the shared conversation in the page's address; `undefined` if it is not shared. */
export async function openShared(
  share: string,
  page: PageConfig,
  services: PageServices,
): Promise<ChatModel | undefined> {
  const { client, notices, words } = services;
  try {
    const view = await client.shared(share);
    return createSharedChat(page.chats?.[0] ?? {}, share, view, services);
  } catch (error) {
    const text = error instanceof ProblemError ? words.notShared : words.lost;
    notices.push({ type: 'notice', level: 'error', text });
    return undefined;
  }
}

/** Show a shared conversation in place of the page's own chat: to be read, and continued as a copy. */
function createSharedChat(config: ChatConfig, share: string, view: SharedView, services: PageServices): ChatModel {
  const { client, local, scope } = services;
  findFilesIn(`shared/${share}`);
  const { opening: _opening, feedback: _feedback, ...chatbot } = config.chatbot ?? {};
  const shown: ChatConfig = {
    ...config,
    ...(view.title && { title: view.title }),
    history: null,
    files: null,
    editable: false,
    inputs: [],
    extra: null,
    buttons: { ...config.buttons, retry: false, undo: false, clear: false },
    chatbot,
  };
  const conversation = () => Promise.resolve({ id: share, messages: view.messages });
  const reading: Client = { ...client, conversation, watch: async function* () {} }; // it stays as it is
  const storage = memoryStorage();
  const chat = createChat(shown, { ...services, client: reading, local: storage, scope: share });
  createSavedCopy(storage, savedKey(share), () => undefined).save({ id: share, messages: view.messages });

  async function onContinue(): Promise<void> {
    try {
      const { id } = await client.continueShare(share, config.name ?? 'chat');
      createSavedCopy(local, savedKey(scope), () => undefined).save({ id, messages: [] });
    } catch (error) {
      showRefusal(error, services);
      return;
    }
    location.assign(new URL('.', document.baseURI));
  }

  return { ...chat, shared: { onContinue } };
}
