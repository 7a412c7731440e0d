export { createAttachments, type Attachment, type Attachments } from './attachments';
export { createComposer, type Composer } from './composer';
export { createConnection, type Connection, type ConnectionState } from './connection';
export { createConversation, type Conversation, type Undone } from './conversation';
export type { ConversationState, Ending, LiveReply, ShownMessage } from './conversation-state';
export { createNotices, type Notices, type ShownNotice } from './notices';
export { observable, type Observable, type Writable } from './observable';
export { createSavedCopy, type SavedCopy } from './saved-copy';
export { safeStorage, type SafeStorage } from './safe-storage';
