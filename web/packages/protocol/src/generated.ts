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
 * A reply that is being written.
 */
export interface ActiveRun {
  id: string;
  answers?: string | null;
}
/**
 * How many conversations have become the user's.
 */
export interface AdoptedView {
  count: number;
}
/**
 * Body of `POST api/calls`: call a function that is bound to an event.
 *
 * `inputs` are like a turn's; `session` is an id of the page's own making, the same for all its calls; `event` is
 * what happened.
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
 * Body of `PATCH api/conversations/{id}`; an empty `title` brings the automatic one back.
 */
export interface ChangeRequest {
  title?: string | null;
  is_pinned?: boolean | null;
}
/**
 * Something that the page shows with a view of its own, chosen by `kind`.
 *
 * `props` are of the kind's form in `components.json`; a `file` in them is the number of one of `files`. `text` is the
 * content of kinds that are made of text, so that it can grow like any text.
 */
export interface ComponentPart {
  type: 'component';
  kind: string;
  text?: string;
  props?: {};
  files?: FileRef[];
}
/**
 * A file that the server keeps for one owner. `id` is signed and hard to guess, and no path on the server.
 */
export interface FileRef {
  id: string;
  name: string;
  media_type: string;
  size_bytes: number;
}
/**
 * Body of `POST api/shared/{id}/copy`: the chat in which it goes on, where that of the original is gone.
 */
export interface ContinueRequest {
  chat?: string;
}
/**
 * A conversation as its JSON document has it, with all branches; files are named, their content is not in it.
 *
 * `title` is empty where nobody has named the conversation. Times are in seconds since 1970, UTC.
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
 * A message in its place in a conversation; `created_at` is in seconds since 1970, UTC.
 *
 * `signature` is the server's, in copies that clients keep.
 */
export interface StoredMessage {
  id: string;
  message: Message;
  created_at: number;
  parent?: string | null;
  signature?: string | null;
}
/**
 * What one side said: a role and parts.
 *
 * `status` tells how a reply ended: `cancelled` by its reader, `interrupted` by the server's
 * end, `error` with `failure` saying why. Whatever it says, `parts` holds what was seen.
 * `is_pushed` marks what the application said by itself, outside of a reply.
 */
export interface Message {
  role: 'assistant' | 'system' | 'user';
  parts?: (TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart)[];
  status?: 'cancelled' | 'complete' | 'error' | 'interrupted';
  failure?: Failure | null;
  is_pushed?: boolean;
}
/**
 * Text that the reader sees; an assistant's is Markdown, a user's is shown as written.
 */
export interface TextPart {
  type: 'text';
  text?: string;
}
/**
 * A step on the way to the answer, such as a model's reasoning or a tool's call, shown folded away.
 *
 * `text` is Markdown, `log` a short remark beside the title, `duration_s` how long it took in seconds. A thought
 * whose `parent` is the `id` of another one of the message is shown inside that one.
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
 * A file that a user attached. `alt_text` says what it shows.
 */
export interface FilePart {
  type: 'file';
  file: FileRef;
  alt_text?: string;
}
/**
 * Preset replies, shown as buttons while their message is the last.
 */
export interface OptionsPart {
  type: 'options';
  options: Option[];
}
/**
 * A preset reply: choosing it sends `value`; the button says `label`.
 */
export interface Option {
  value: string;
  label: string;
}
/**
 * Why a reply did not become complete, in the form that clients get.
 *
 * `code` is stable and dotted; `message` is safe to show. `incident` names the entry of the
 * server's log that has the details, when there is one. `details` holds the exception's own
 * text, only when the application is run with `show_error`. `duration_s` is for how many seconds
 * a passing notice of it is shown, `None` for until it is closed.
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
 * `next` is the `before` of the following page, if there is more. `adoptable` says that this browser has
 * conversations from before its user signed in.
 */
export interface ConversationList {
  conversations: EntryView[];
  next?: string | null;
  adoptable?: boolean;
}
/**
 * A conversation as it stands in the list. Times are in seconds since 1970, UTC.
 *
 * Where words were searched, `excerpt` is what stands around them, and `message` the message in which that is.
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
 * A message of a conversation; `versions` is there when there are several.
 *
 * `feedback` is what its reader thinks of it, `signature` the server's, for clients that keep the message.
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
 * What its reader thinks of a message: options that were offered, and their own words.
 */
export interface FeedbackView {
  options?: string[];
  comment?: string;
}
/**
 * The conversations of a file, for whoever keeps them, and how many in the file could not be read.
 */
export interface DocumentsView {
  documents: ConversationDocument[];
  skipped?: number;
}
/**
 * A parameter of an endpoint. `schema` is a JSON Schema; without a `default`, callers have to give it.
 *
 * `input` is what turns call an additional input.
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
 * Something that programs may call. `chat` is the name of the chat that it is, if it is one.
 *
 * Otherwise `event` is what calls name it by, as their `endpoint`. `outputs` are the components that it sets, in the
 * order in which its function returns them.
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
 * What programs may call, and by which protocols besides this one.
 */
export interface EndpointsView {
  endpoints?: EndpointView[];
  protocols?: string[];
  address: string;
}
/**
 * What is kept, and at which message: the first one of the turn.
 */
export interface FeedbackKept {
  message: string;
  feedback: FeedbackView;
}
/**
 * Body of `POST api/conversations/{id}/feedback`: all that its sender thinks of a message; nothing takes it back.
 *
 * `copy` is like a turn's, for a server that has lost the conversation.
 */
export interface FeedbackRequest {
  message: string;
  chat?: string;
  options?: string[];
  comment?: string;
  copy?: StoredMessage[] | null;
}
/**
 * What a reader thinks of a conversation's messages, by their ids; the server may have lost these themselves.
 */
export interface FeedbacksView {
  feedback?: {
    [k: string]: FeedbackView;
  };
}
/**
 * What the stream of `GET api/conversations/{id}/changes` says: the message with which the conversation ends.
 */
export interface HeadView {
  head: string;
}
/**
 * The conversations that came in, and how many in the file could not be read.
 */
export interface ImportView {
  conversations: EntryView[];
  skipped?: number;
}
/**
 * The user's message of a turn; `files` are ids of files that were uploaded before.
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
 * What the asker has shared, newest first.
 */
export interface ShareList {
  shares: ShareView[];
}
/**
 * Something that its owner has shared; whoever has the `id` may read it.
 */
export interface ShareView {
  id: string;
  conversation: string;
  title: string;
  created_at: number;
}
/**
 * Body of `POST api/shares`: a conversation that a browser keeps, of which what it shows is shared.
 *
 * Messages that carry the server's signatures are known as its own where somebody continues the conversation.
 */
export interface ShareRequest {
  conversation: string;
  document: ConversationDocument;
}
/**
 * What is shared under an id, as it was at `created_at`; its files are at `shared/{id}/{file}/{name}`.
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
 * `inputs` are values of additional inputs by their ids; a file in them is `{"$file": id}`. With `temporary`, a new
 * conversation is not kept for the list.
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
 * How far an upload is: how many bytes the server has, or the file that it has become.
 */
export interface UploadView {
  size_bytes?: number;
  file?: FileRef | null;
}
/**
 * What is to happen on the page at an event, or after another binding has ended.
 *
 * `triggers` are pairs of a component's id (`None` for the page) and an event. `calls` tells whether the server has a
 * function for it, `script` whether the page has one, which comes first. `clears` are components to be emptied.
 * `mode` says what a further event means while it runs: nothing, another call, or one more call afterwards.
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
 * The label of each button: `None` stands for the icon and the page's own words, `False` for no button.
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
 * One chat of the page. `inputs` are the ids of its additional inputs, wherever they stand; `extra` shows some.
 *
 * `chatbot_id` and `textbox_id` name its conversation and its box in bindings that hear of these, take or set them.
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
 * The conversation's area.
 *
 * Lengths are CSS lengths; `placeholder` is Markdown or HTML, shown while it is empty. `opening` is what every
 * conversation begins with. `user_avatar` and `bot_avatar` are addresses of pictures. `formulas` is `None` for the
 * page's own rules. With `frames_html`, blocks of replies that hold HTML are shown in frames; `tags` says which tags
 * that are no HTML are shown as text. With `groups_messages`, messages of one side that follow each other stand
 * together. `remote_images` says what happens to images at other hosts: loaded at a click, at once, or not
 * at all. `feedback` is there when readers may say what they think of messages.
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
 * What encloses a formula; `display` gives it a line of its own.
 */
export interface Delimiters {
  left: string;
  right: string;
  display?: boolean;
}
/**
 * What readers may say of messages.
 *
 * `Like` and `Dislike` are thumbs, all other options stand in a menu, by their `labels` where there are some; with
 * `comments` there is a box for words. With `user_messages`, the user's messages can be judged, too. `presets` are
 * options for each side's turn at first.
 */
export interface FeedbackConfig {
  options?: string[];
  labels?: string[];
  comments?: boolean;
  user_messages?: boolean;
  presets?: string[][];
}
/**
 * The box to write in. Without `container` it has no frame of its own; `scale` is its share of the row's width.
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
 * One example: clicking sends `text`. The card shows `label` instead, and the picture at `icon`.
 *
 * `values` are those of additional inputs, by their ids.
 */
export interface ExampleConfig {
  text: string;
  label?: string | null;
  icon?: string | null;
  files?: ExampleFile[];
  values?: {};
}
/**
 * A file of an example. When the example is sent, the server attaches it; to fill the box, the page fetches it.
 */
export interface ExampleFile {
  name: string;
  address: string;
}
/**
 * What users may attach; `size_bytes` is what one file may have. A longer pasted text becomes a file.
 */
export interface FilesConfig {
  count?: 'directory' | 'multiple' | 'single';
  types?: string[];
  sources?: ('camera' | 'microphone' | 'upload')[];
  max_plain_text_length?: number;
  size_bytes?: number;
}
/**
 * Additional inputs that stand below the text box, and what is above them.
 */
export interface InputsConfig {
  children: (ComponentNode | ChatNode | ContainerNode)[];
  label?: string | null;
  open?: boolean;
}
/**
 * A component on the page, as it is at first; `id` is what turns and calls name its value by.
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
 * Something that other things stand in. What `options` holds depends on its `kind`.
 */
export interface ContainerNode {
  type: 'container';
  id: string;
  kind: 'accordion' | 'column' | 'group' | 'row' | 'sidebar' | 'tab' | 'tabs';
  children?: (ComponentNode | ChatNode | ContainerNode)[];
  options?: {};
}
/**
 * All that the page needs to know before the first message.
 *
 * Without a `layout`, the page is its first chat. `values` are components as they are for this very page.
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
 * The message will not change any more.
 */
export interface MessageEnd {
  type: 'message-end';
  more?: boolean;
  message?: number;
}
/**
 * A reply's message begins; messages are counted from 0, and several may be open at once.
 *
 * `form` is that of the whole reply from now on.
 */
export interface MessageStart {
  type: 'message-start';
  more?: boolean;
  id: string;
  message?: number;
  form?: 'list' | 'message' | 'messages' | 'value';
}
/**
 * A passing message for the user, beside the reply.
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
 * `text` is to be appended to the text of a component beside the chat, which was set in this run.
 *
 * With `message`, a conversation is meant: the last part of that message, counted from 0, in its `messages`.
 */
export interface OutputDelta {
  type: 'output-delta';
  more?: boolean;
  node: string;
  text: string;
  message?: number | null;
}
/**
 * A component beside the chat changes: `props` replace its own of the same names.
 *
 * So do `text` and `files`, unless they are `None`.
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
 * `text` is to be appended to the part's text.
 */
export interface PartDelta {
  type: 'part-delta';
  more?: boolean;
  text: string;
  message?: number;
  part?: number;
}
/**
 * The part will not change any more.
 */
export interface PartEnd {
  type: 'part-end';
  more?: boolean;
  message?: number;
  part?: number;
}
/**
 * The part is `value` from now on.
 */
export interface PartReplace {
  type: 'part-replace';
  more?: boolean;
  value: TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart;
  message?: number;
  part?: number;
}
/**
 * A part begins, holding `value` from the start; parts of a message are counted from 0.
 */
export interface PartStart {
  type: 'part-start';
  more?: boolean;
  value: TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart;
  message?: number;
  part?: number;
}
/**
 * The part's text keeps only its first `length` Unicode code points.
 */
export interface PartTruncate {
  type: 'part-truncate';
  more?: boolean;
  length: number;
  message?: number;
  part?: number;
}
/**
 * How far a long step is: `fraction` from 0 to 1, or `None` when unknown, and `text`, which says all in words.
 *
 * Where steps are counted, `done` of `total` (`None` when unknown) are, in `unit`; `label` is the text without that.
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
 * The run's place in the queue: 1 comes next, 0 says that the wait is over.
 */
export interface QueuePosition {
  type: 'queue-position';
  more?: boolean;
  position: number;
}
/**
 * Everything folded so far is void: the reply's messages are `messages`, their ids `ids`, all open.
 *
 * Readers that come too late for trimmed entries get it in place of these; a function that
 * takes back a message causes it, too. `outputs` are the components beside the chat that trimmed entries set.
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
 * `signatures` are those of the reply's messages, for clients that keep them.
 */
export interface RunEnd {
  type: 'run-end';
  more?: boolean;
  status?: 'cancelled' | 'complete' | 'error' | 'interrupted';
  failure?: Failure | null;
  signatures?: string[];
}
/**
 * The run was accepted. `answers` is the user's message that it replies to.
 *
 * `message` is that message where the server added to it, such as an example's files. `signature` is the server's,
 * for clients that keep the message.
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
 * Sound to listen to; as an input it may be `taken_by` the `microphone`.
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
 * Where content comes from: the number of one of the part's files, or an address that the browser loads.
 */
export interface Source {
  file?: number | null;
  url?: string | null;
}
/**
 * A value that the browser keeps under a key.
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
 * A button; its label is the part's text. It downloads `source`, or takes `count` files of `types`.
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
 * Yes or no.
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
 * One of several: what is shown, and what it stands for.
 */
export interface Choice {
  label: string;
  value: string | number | boolean;
}
/**
 * One or several choices. `custom` lets other texts be entered, `most` is how many can be chosen.
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
 * Source code, in the part's text.
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
 * How sure a classification is of one class, from 0 to 1.
 */
export interface Confidence {
  label: string;
  confidence: number;
}
/**
 * A table. `row_count` is there when there are more rows than these, `column_widths` are of the first columns.
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
 * A date, and a time if there is one.
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
 * Files to download; on a page, files to be given, `count` and `types` of them.
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
 * One picture or film of a gallery.
 */
export interface GalleryItem {
  source: Source;
  caption?: string | null;
  is_video?: boolean;
}
/**
 * Pictures and films beside each other.
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
 * A document of its own, in the part's text; `source` holds it when it is long.
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
 * A picture; as an input it may be `taken_by` the `webcam`.
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
 * A JSON value to look into; `open` unfolds all of it.
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
 * The outcome of a classification, surest class first.
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
 * Markdown, in the part's text.
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
 * A box to write in and to attach `count` files of `types` to.
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
 * A figure: a drawing, which takes the page's colours if `is_themed`, a document, or Plotly's own form.
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
 * A number within bounds.
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
 * A box to write in; what stands in it is the part's text. `submit` is a button that sends it, or its label.
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
 * A film to watch.
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
