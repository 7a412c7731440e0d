/* Generated from protocol/schema by `npm run generate`; not edited by hand. */

export type RunEvent =
  | RunStart
  | MessageStart
  | PartStart
  | PartDelta
  | PartReplace
  | PartTruncate
  | PartEnd
  | MessageEnd
  | Reset
  | QueuePosition
  | Progress
  | Notice
  | OutputSet
  | OutputDelta
  | RunEnd;

/**
 * An active reply.
 */
export interface ActiveRun {
  id: string;
  answers?: string | null;
}
/**
 * The number of conversations that were transferred to the user.
 */
export interface AdoptedView {
  count: number;
}
/**
 * Body of `POST api/calls`: call a function that is bound to an event.
 *
 * `inputs` are like a turn's; `session` is an id that the page chose, the same for all its calls; `event` is the data
 * of the event.
 */
export interface CallRequest {
  id: string;
  endpoint: string;
  session: string;
  inputs?: {};
  event?: {};
}
/**
 * Body of `POST api/runs/{run}/cancel`: the number of the last event that was shown.
 */
export interface CancelRequest {
  seen?: number | null;
}
/**
 * Body of `PATCH api/conversations/{id}`; an empty `title` restores the automatic one.
 */
export interface ChangeRequest {
  title?: string | null;
  is_pinned?: boolean | null;
}
/**
 * A component, shown by the view for its `kind`.
 *
 * `props` have the kind's schema in `components.json`; a `file` in them is an index into `files`. `text` is the
 * content of kinds that consist of text, so that it can be streamed like any text.
 */
export interface ComponentPart {
  type: 'component';
  kind: string;
  text?: string;
  props?: {};
  files?: FileRef[];
}
/**
 * A reference to a file that the server stores for one owner. `id` is signed, hard to guess, and no path.
 */
export interface FileRef {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
}
/**
 * Body of `POST api/shared/{id}/copy`: the chat in which to continue, if the original's does not exist.
 */
export interface ContinueRequest {
  chat?: string;
}
/**
 * A conversation as a JSON document, with all branches; files are listed without their content.
 *
 * `title` is empty if the conversation has no title yet. Times are in seconds since 1970, UTC.
 */
export interface ConversationDocument {
  format: 'salon-conversation';
  version: 1;
  messages: StoredMessage[];
  title?: string;
  head?: string | null;
  created_at?: number;
  updated_at?: number;
}
/**
 * A message with its envelope in a conversation; `created_at` is in seconds since 1970, UTC.
 *
 * `signature` is the server's signature, in copies that clients store.
 */
export interface StoredMessage {
  id: string;
  message: Message;
  created_at: number;
  parent?: string | null;
  signature?: string | null;
}
/**
 * The content of a message: a role and parts.
 *
 * `status` tells how a reply ended: `cancelled` by the user, `interrupted` by the server's stop, or `error` with the
 * reason in `failure`; `parts` always contains the content that was shown. `is_pushed` marks a message that the
 * application sent outside of a reply.
 */
export interface Message {
  role: 'assistant' | 'system' | 'user';
  parts?: (TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart)[];
  status?: 'cancelled' | 'complete' | 'error' | 'interrupted';
  failure?: Failure | null;
  is_pushed?: boolean;
}
/**
 * Text for the user; an assistant's text is Markdown, a user's is shown as written.
 */
export interface TextPart {
  type: 'text';
  text?: string;
}
/**
 * An intermediate step of a reply, such as a model's reasoning or a tool call, shown collapsed.
 *
 * `text` is Markdown, `log` a short remark beside the title, `duration_s` the duration in seconds. A thought whose
 * `parent` is the `id` of another thought of the message is shown inside of that one.
 */
export interface ThoughtPart {
  type: 'thought';
  title: string;
  text?: string;
  status?: ('done' | 'pending') | null;
  log?: string | null;
  duration_s?: number | null;
  id?: string | null;
  parent?: string | null;
}
/**
 * A file that a user attached. `alt_text` is its alternative text for screen readers.
 */
export interface FilePart {
  type: 'file';
  file: FileRef;
  alt_text?: string;
}
/**
 * Preset replies, shown as buttons below the last message.
 */
export interface OptionsPart {
  type: 'options';
  options: Option[];
}
/**
 * A preset reply: a button with the text `label`; a click sends `value`.
 */
export interface Option {
  value: string;
  label: string;
}
/**
 * The reason for which a reply is incomplete, in the form that clients get.
 *
 * `code` is stable and dotted; `message` is safe to show. `incident` identifies the entry of the server's log with the
 * details. `details` contains the exception's text, only if the application runs with `show_error`. `duration_s` is
 * the number of seconds for which a transient notification shows it, `None` until it is closed.
 */
export interface Failure {
  code: string;
  message: string;
  title?: string | null;
  duration_s?: number | null;
  incident?: string | null;
  details?: string | null;
}
/**
 * A page of the list, pinned conversations first, then by the last change, newest first.
 *
 * `next` is the `before` of the following page, if there is one. `adoptable` tells that this browser has conversations
 * from before its user signed in.
 */
export interface ConversationList {
  conversations: EntryView[];
  next?: string | null;
  adoptable?: boolean;
}
/**
 * An entry of the list of conversations. Times are in seconds since 1970, UTC.
 *
 * In a search result, `excerpt` is the text around the words, and `message` the message that contains them.
 */
export interface EntryView {
  id: string;
  title: string;
  created_at: number;
  updated_at: number;
  chat: string;
  is_named?: boolean;
  is_pinned?: boolean;
  excerpt?: string | null;
  message?: string | null;
}
/**
 * One page of the path to a conversation's head, oldest message first.
 */
export interface ConversationView {
  id: string;
  messages: MessageView[];
  earlier?: boolean;
  run?: ActiveRun | null;
  undone?: MessageView | null;
}
/**
 * A message of a conversation; `versions` is set if there are several.
 *
 * `feedback` is the user's rating, `signature` the server's signature, for clients that store the message.
 */
export interface MessageView {
  id: string;
  message: Message;
  created_at: number;
  parent?: string | null;
  versions?: string[];
  feedback?: FeedbackView | null;
  signature?: string | null;
}
/**
 * A user's rating of a message: the selected options, and a comment.
 */
export interface FeedbackView {
  options?: string[];
  comment?: string;
}
/**
 * The conversations of a file, for the client to store, and the number of those that could not be read.
 */
export interface DocumentsView {
  documents: ConversationDocument[];
  skipped?: number;
}
/**
 * A parameter of an endpoint. `schema` is a JSON Schema; a parameter without a `default` is required.
 *
 * `input` is the id of the additional input in turns.
 */
export interface EndpointParameter {
  name: string;
  input?: string | null;
  label?: string;
  schema?: {};
  has_default?: boolean;
  default?: unknown;
}
/**
 * An endpoint that programs may call. For a chat, `chat` is its name.
 *
 * For a function, `event` is the `endpoint` of calls. `outputs` are the components that the function sets, in the
 * order of its return values.
 */
export interface EndpointView {
  name: string;
  description?: string;
  chat?: string | null;
  event?: string | null;
  outputs?: string[];
  takes_files?: boolean;
  parameters?: EndpointParameter[];
}
/**
 * The endpoints that programs may call, and the enabled protocols besides this one.
 */
export interface EndpointsView {
  endpoints?: EndpointView[];
  protocols?: string[];
  address: string;
}
/**
 * The persisted rating, and its message: the first one of the turn.
 */
export interface FeedbackKept {
  message: string;
  feedback: FeedbackView;
}
/**
 * Body of `POST api/conversations/{id}/feedback`: the whole rating of a message; an empty one withdraws it.
 *
 * `copy` is like a turn's, for a server that no longer has the conversation.
 */
export interface FeedbackRequest {
  message: string;
  chat?: string;
  options?: string[];
  comment?: string;
  copy?: StoredMessage[] | null;
}
/**
 * A user's ratings of a conversation's messages, by message id; the server may no longer have the messages.
 */
export interface FeedbacksView {
  feedback?: {
    [k: string]: FeedbackView;
  };
}
/**
 * Event of `GET api/conversations/{id}/changes`: the last message of the conversation.
 */
export interface HeadView {
  head: string;
}
/**
 * The imported conversations, and the number of those that could not be read.
 */
export interface ImportView {
  conversations: EntryView[];
  skipped?: number;
}
/**
 * The user's message of a turn; `files` are ids of uploaded files.
 */
export interface NewMessage {
  id: string;
  text?: string;
  files?: string[];
}
/**
 * Why a request was refused.
 */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
}
/**
 * The user's shares, newest first.
 */
export interface ShareList {
  shares: ShareView[];
}
/**
 * A share for its owner; every user with the `id` may read it.
 */
export interface ShareView {
  id: string;
  conversation: string;
  title: string;
  created_at: number;
}
/**
 * Body of `POST api/shares`: the messages of a conversation that a browser stores.
 *
 * Messages with the server's valid signatures count as verified if a user continues the conversation.
 */
export interface ShareRequest {
  conversation: string;
  document: ConversationDocument;
}
/**
 * A share, as of `created_at`; its files are at `shared/{id}/{file}/{name}`.
 */
export interface SharedView {
  title: string;
  created_at: number;
  messages: MessageView[];
}
/**
 * Body of `POST api/conversations/{id}/switch`.
 */
export interface SwitchRequest {
  message: string;
}
/**
 * Body of `POST api/turns`.
 *
 * `inputs` are values of additional inputs by id; a file in them is `{"$file": id}`. `temporary` keeps a new
 * conversation out of the persisted list.
 */
export interface TurnRequest {
  id: string;
  conversation: string;
  chat?: string;
  parent?: string | null;
  message?: NewMessage | null;
  example?: number | null;
  copy?: StoredMessage[] | null;
  inputs?: {};
  session?: string | null;
  temporary?: boolean;
}
/**
 * The state of an upload: the number of bytes that the server has, or the completed file.
 */
export interface UploadView {
  size_bytes?: number;
  file?: FileRef | null;
}
/**
 * A binding: the action of the page at an event, or after another binding's end.
 *
 * `triggers` are pairs of a component's id (`None` for the page) and an event. `calls` tells whether the server has a
 * function for it, `script` whether the page has one, which is called first. `clears` are components to reset. `mode`
 * decides about further events while a call is active: drop them, call at once, or call once afterwards.
 */
export interface BindingConfig {
  id: string;
  triggers?: never[][];
  after?: string | null;
  when?: 'failure' | 'success' | 'then';
  inputs?: string[];
  outputs?: string[];
  calls?: boolean;
  script?: boolean;
  clears?: string[];
  cancels?: string[];
  mode?: 'always_last' | 'multiple' | 'once';
  show_progress?: 'full' | 'hidden' | 'minimal';
}
/**
 * The labels of the buttons: `None` for the icon and the default label, `False` for no button.
 */
export interface ButtonsConfig {
  submit?: string | boolean | null;
  stop?: string | boolean | null;
  retry?: string | boolean | null;
  undo?: string | boolean | null;
  clear?: string | boolean | null;
  copy?: boolean | null;
  copy_all?: boolean | null;
}
/**
 * One chat of the page. `inputs` are the ids of all its additional inputs; `extra` is the section that shows some.
 *
 * `chatbot_id` and `textbox_id` identify its conversation and text box in bindings.
 */
export interface ChatConfig {
  name?: string;
  title?: string | null;
  description?: string | null;
  chatbot?: ChatbotConfig;
  chatbot_id?: string | null;
  textbox?: TextboxConfig;
  textbox_id?: string | null;
  buttons?: ButtonsConfig;
  examples?: ExampleConfig[];
  examples_label?: string | null;
  run_examples_on_click?: boolean;
  editable?: boolean;
  files?: FilesConfig | null;
  show_progress?: 'full' | 'hidden' | 'minimal';
  inputs?: string[];
  extra?: InputsConfig | null;
  history?: ('browser' | 'server') | null;
}
/**
 * The area of the conversation.
 *
 * Lengths are CSS lengths; `placeholder` is Markdown or HTML, shown while the conversation is empty. `opening` are the
 * messages with which every conversation begins. `user_avatar` and `bot_avatar` are addresses of images. `formulas` is
 * `None` for the page's default delimiters. `frames_html` shows blocks of HTML in frames; `tags` are the tags outside
 * of HTML that are shown as text. `groups_messages` groups consecutive messages of one role. `remote_images` decides
 * about images on other hosts: loaded after a click, at once, or never. `feedback` is set if users may rate messages.
 */
export interface ChatbotConfig {
  label?: string | null;
  shows_label?: boolean;
  placeholder?: string | null;
  opening?: Message[];
  height?: string | null;
  min_height?: string | null;
  max_height?: string | null;
  resizable?: boolean;
  autoscroll?: boolean;
  layout?: 'bubble' | 'panel';
  user_avatar?: string | null;
  bot_avatar?: string | null;
  rtl?: boolean;
  renders_markdown?: boolean;
  renders_user_markdown?: boolean;
  line_breaks?: boolean;
  formulas?: Delimiters[] | null;
  watermark?: string | null;
  frames_html?: boolean;
  tags?: boolean | string[];
  groups_messages?: boolean;
  remote_images?: 'allow' | 'ask' | 'block';
  feedback?: FeedbackConfig | null;
  elem_id?: string | null;
  elem_classes?: string[];
}
/**
 * The delimiters of a formula; `display` shows it in a line of its own.
 */
export interface Delimiters {
  left: string;
  right: string;
  display?: boolean;
}
/**
 * The options for rating messages.
 *
 * `Like` and `Dislike` are thumbs; the other options are in a menu, with the texts of `labels` if there are some.
 * `comments` adds a text box; `user_messages` lets users rate their own messages. `presets` are the initial ratings of
 * each turn.
 */
export interface FeedbackConfig {
  options?: string[];
  labels?: string[];
  comments?: boolean;
  user_messages?: boolean;
  presets?: string[][];
}
/**
 * The text box for messages. `container` draws a frame around it; `scale` is its share of the row's width.
 */
export interface TextboxConfig {
  value?: string | null;
  placeholder?: string | null;
  label?: string | null;
  shows_label?: boolean;
  container?: boolean;
  scale?: number | null;
  lines?: number;
  max_lines?: number;
  max_length?: number | null;
  autofocus?: boolean;
  text_align?: ('left' | 'right') | null;
  rtl?: boolean | null;
  attributes?: {
    [k: string]: string;
  };
  elem_id?: string | null;
  elem_classes?: string[];
}
/**
 * One example: a click sends `text`. Its card shows `label` instead, and the image at `icon`.
 *
 * `values` are the values of additional inputs, by id.
 */
export interface ExampleConfig {
  text: string;
  label?: string | null;
  icon?: string | null;
  files?: ExampleFile[];
  values?: {};
}
/**
 * A file of an example. The server attaches it to the sent example; the page fetches it to fill the text box.
 */
export interface ExampleFile {
  name: string;
  address: string;
}
/**
 * The rules for attached files; `size_bytes` is the largest size. A longer pasted text becomes a file.
 */
export interface FilesConfig {
  count?: 'directory' | 'multiple' | 'single';
  types?: string[];
  sources?: ('camera' | 'microphone' | 'upload')[];
  max_plain_text_length?: number;
  size_bytes?: number;
}
/**
 * The section of additional inputs below the text box, with its heading.
 */
export interface InputsConfig {
  children: (ComponentNode | ChatNode | ContainerNode)[];
  label?: string | null;
  open?: boolean;
}
/**
 * A component on the page in its initial state; turns and calls refer to its value by `id`.
 */
export interface ComponentNode {
  type: 'component';
  id: string;
  part: ComponentPart;
}
/**
 * A chat on the page, by its name.
 */
export interface ChatNode {
  type: 'chat';
  chat: string;
}
/**
 * A container. The keys of `options` depend on its `kind`.
 */
export interface ContainerNode {
  type: 'container';
  id: string;
  kind: 'accordion' | 'column' | 'group' | 'row' | 'sidebar' | 'tab' | 'tabs';
  children?: (ComponentNode | ChatNode | ContainerNode)[];
  options?: {};
}
/**
 * The whole configuration of the page before the first message.
 *
 * Without a `layout`, the page shows its first chat. `values` are components evaluated for this page load.
 */
export interface PageConfig {
  protocol?: number;
  title?: string | null;
  lang?: string | null;
  theme?: string;
  chats?: ChatConfig[];
  layout?: (ComponentNode | ChatNode | ContainerNode)[] | null;
  bindings?: BindingConfig[];
  values?: {
    [k: string]: ComponentPart;
  };
  fill_width?: boolean;
  max_message_length?: number;
  user?: string | null;
  reload?: boolean;
}
/**
 * The message is complete.
 */
export interface MessageEnd {
  type: 'message-end';
  more?: boolean;
  message?: number;
}
/**
 * A message of the reply begins; messages are counted from 0, and several may be open at once.
 *
 * `form` is the form of the whole reply from now on.
 */
export interface MessageStart {
  type: 'message-start';
  more?: boolean;
  id: string;
  message?: number;
  form?: 'list' | 'message' | 'messages' | 'value';
}
/**
 * A transient notification for the user, outside of the reply.
 */
export interface Notice {
  type: 'notice';
  more?: boolean;
  level: 'error' | 'info' | 'success' | 'warning';
  text: string;
  title?: string | null;
  duration_s?: number | null;
}
/**
 * Append `text` to the text of a component outside of the chat; an output-set of this run has to precede it.
 *
 * For a conversation, `message` is the index of a message in `messages`, counted from 0; the text is appended to its
 * last part.
 */
export interface OutputDelta {
  type: 'output-delta';
  more?: boolean;
  node: string;
  text: string;
  message?: number | null;
}
/**
 * Set a component outside of the chat: `props` replace the component's props of the same names.
 *
 * `text` and `files` replace the component's own, unless they are `None`.
 */
export interface OutputSet {
  type: 'output-set';
  more?: boolean;
  node: string;
  props?: {};
  text?: string | null;
  files?: FileRef[] | null;
}
/**
 * Append `text` to the part's text.
 */
export interface PartDelta {
  type: 'part-delta';
  more?: boolean;
  text: string;
  message?: number;
  part?: number;
}
/**
 * The part is complete.
 */
export interface PartEnd {
  type: 'part-end';
  more?: boolean;
  message?: number;
  part?: number;
}
/**
 * Replace the part by `value`.
 */
export interface PartReplace {
  type: 'part-replace';
  more?: boolean;
  value: TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart;
  message?: number;
  part?: number;
}
/**
 * A part begins with the content `value`; parts of a message are counted from 0.
 */
export interface PartStart {
  type: 'part-start';
  more?: boolean;
  value: TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart;
  message?: number;
  part?: number;
}
/**
 * Truncate the part's text to its first `length` Unicode code points.
 */
export interface PartTruncate {
  type: 'part-truncate';
  more?: boolean;
  length: number;
  message?: number;
  part?: number;
}
/**
 * The progress of a long step: `fraction` from 0 to 1, or `None` if unknown; `text` describes all of it.
 *
 * For counted steps, `done` of `total` (`None` if unknown) are done, in `unit`; `label` is the text without the
 * numbers.
 */
export interface Progress {
  type: 'progress';
  more?: boolean;
  fraction?: number | null;
  text?: string;
  done?: number | null;
  total?: number | null;
  unit?: string | null;
  label?: string;
}
/**
 * The run's position in the queue: 1 is next, 0 means that the wait is over.
 */
export interface QueuePosition {
  type: 'queue-position';
  more?: boolean;
  position: number;
}
/**
 * Discard the fold so far: the reply's messages are `messages`, their ids `ids`; all are open.
 *
 * A reader that is too late for trimmed entries gets this event in their place; a function that removes a message
 * causes it, too. `outputs` are the components outside of the chat that the trimmed entries set.
 */
export interface Reset {
  type: 'reset';
  more?: boolean;
  ids?: string[];
  messages?: Message[];
  outputs?: OutputSet[];
  form?: 'list' | 'message' | 'messages' | 'value';
}
/**
 * The last event of every run, exactly once.
 *
 * `signatures` are the server's signatures of the reply's messages, for clients that store them.
 */
export interface RunEnd {
  type: 'run-end';
  more?: boolean;
  status?: 'cancelled' | 'complete' | 'error' | 'interrupted';
  failure?: Failure | null;
  signatures?: string[];
}
/**
 * The run was accepted. `answers` is the id of the user's message that it replies to.
 *
 * `message` is this message if the server added to it, such as an example's files. `signature` is the server's
 * signature, for clients that store the message.
 */
export interface RunStart {
  type: 'run-start';
  more?: boolean;
  run: string;
  conversation?: string | null;
  answers?: string | null;
  message?: Message | null;
  signature?: string | null;
  protocol?: number;
}
/**
 * Sound with a player; an input may be `taken_by` the `microphone`.
 */
export interface AudioProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  source?: Source | null;
  taken_by?: string[];
  autoplay?: boolean;
  loop?: boolean;
}
/**
 * The source of content: the index of one of the part's files, or an address that the browser loads.
 */
export interface Source {
  file?: number | null;
  url?: string | null;
}
/**
 * A value that the browser stores under a key.
 */
export interface BrowserStateProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: unknown;
  storage_key?: string | null;
}
/**
 * A button; its label is the part's text. It downloads `source`, or uploads `count` files of `types`.
 */
export interface ButtonProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  variant?: string;
  size?: string;
  icon?: Source | null;
  link?: string | null;
  source?: Source | null;
  sources?: Source[];
  count?: string;
  types?: string[];
}
/**
 * A checkbox.
 */
export interface CheckboxProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: boolean;
}
/**
 * One choice: the label that is shown, and its value.
 */
export interface Choice {
  label: string;
  value: string | number | boolean;
}
/**
 * Choices. `custom` lets users enter other texts, `most` is the largest number of selected choices.
 */
export interface ChoiceProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: unknown;
  choices?: Choice[];
  multiselect?: boolean;
  custom?: boolean;
  most?: number | null;
  filterable?: boolean;
  selects_all?: boolean;
}
/**
 * Source code: the part's text.
 */
export interface CodeProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  language?: string | null;
  lines?: number;
  max_lines?: number | null;
  wraps?: boolean;
}
/**
 * A colour.
 */
export interface ColorPickerProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: string;
}
/**
 * The confidence in one class of a classification, from 0 to 1.
 */
export interface Confidence {
  label: string;
  confidence: number;
}
/**
 * A table. `row_count` is set if the table has more rows than `rows`; `column_widths` start at the first column.
 */
export interface DataframeProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  headers?: string[];
  rows?: (string | number | boolean | null)[][];
  row_count?: number | null;
  column_widths?: string[];
  searchable?: boolean;
}
/**
 * A date, with the time if `include_time`.
 */
export interface DateTimeProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: string | null;
  include_time?: boolean;
}
/**
 * Files to download; of an input, the uploaded files, at most `count`, of `types`.
 */
export interface FileProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  sources?: Source[];
  count?: string;
  types?: string[];
}
/**
 * One image or video of a gallery.
 */
export interface GalleryItem {
  source: Source;
  caption?: string | null;
  is_video?: boolean;
}
/**
 * Images and videos in a grid.
 */
export interface GalleryProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  items?: GalleryItem[];
  columns?: number;
  object_fit?: string | null;
}
/**
 * An HTML document in a frame: the part's text, or `source` if it is long.
 */
export interface HtmlProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  source?: Source | null;
}
/**
 * An image; an input may be `taken_by` the `webcam`.
 */
export interface ImageProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  source?: Source | null;
  placeholder?: string | null;
  taken_by?: string[];
  alt_text?: string | null;
}
/**
 * A JSON value as a tree; `open` expands it.
 */
export interface JsonProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: unknown;
  open?: boolean;
}
/**
 * The result of a classification, most confident class first.
 */
export interface LabelProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: string | null;
  confidences?: Confidence[];
}
/**
 * Markdown: the part's text.
 */
export interface MarkdownProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
}
/**
 * A text box to which files can be attached: `count` of them, of `types`.
 */
export interface MultimodalTextboxProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  placeholder?: string | null;
  lines?: number;
  max_lines?: number;
  max_length?: number | null;
  type?: string;
  text_align?: string | null;
  rtl?: boolean | null;
  submit?: string | boolean | null;
  copyable?: boolean;
  sources?: Source[];
  count?: string;
  types?: string[];
  taken_by?: string[];
}
/**
 * A box for a number.
 */
export interface NumberProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: number | null;
  placeholder?: string | null;
  minimum?: number | null;
  maximum?: number | null;
  step?: number;
}
/**
 * A figure: an image, which takes the page's colours if `is_themed`, an HTML document, or Plotly's JSON.
 */
export interface PlotProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  source?: Source | null;
  document?: Source | null;
  figure?: unknown;
  is_themed?: boolean;
}
/**
 * A number in a range.
 */
export interface SliderProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  value?: number;
  minimum?: number;
  maximum?: number;
  step?: number;
}
/**
 * A text box whose content is the part's text. `submit` shows a submit button, or is its label.
 */
export interface TextboxProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  placeholder?: string | null;
  lines?: number;
  max_lines?: number;
  max_length?: number | null;
  type?: string;
  text_align?: string | null;
  rtl?: boolean | null;
  submit?: string | boolean | null;
  copyable?: boolean;
}
/**
 * A video with a player.
 */
export interface VideoProps {
  label?: string | null;
  info?: string | null;
  hides_label?: boolean;
  hidden?: boolean;
  elem_id?: string | null;
  elem_classes?: string[];
  height?: string | null;
  width?: string | null;
  bare?: boolean;
  scale?: number | null;
  min_width?: number;
  interactive?: boolean | null;
  source?: Source | null;
  autoplay?: boolean;
  loop?: boolean;
}
