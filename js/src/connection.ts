/**
 * Is a kernel listening? A view can't tell by looking: a restarted kernel, a saved notebook and a busy kernel all
 * leave the same picture. So each view says hello and waits for its ack.
 *
 * Acks and refusals name the client they are for, so a view listens for its own and no two views handle one message.
 */
import type { Model } from './host';
import type {
  Ack,
  AnswerIntent,
  BreakpointIntent,
  Fetched,
  FetchIntent,
  ForkIntent,
  Intent,
  LookIntent,
  NeedIntent,
  Refused,
} from './protocol';
import { onTraits } from './traits';

/**
 * - `connecting`: said hello, too early to tell
 * - `live`: acked
 * - `busy`: there is a kernel, but it has not acked in time; what is sent is queued
 * - `gone`: there was a kernel; nothing can be sent
 * - `saved`: no sign of a kernel so far
 */
export type Link = 'connecting' | 'live' | 'busy' | 'gone' | 'saved';

export const ACK_WITHIN_MS = 2_000;
export const HELLO_EVERY_MS = 10_000;
/** An answer is acknowledged by its card. A view that sees nothing change within this asks whether anybody is there. */
export const HELLO_AFTER_ANSWER_MS = 500;
/** An unanswered hello may have been lost for good (a reconnected websocket); one a minute does not pile up. */
export const HELLO_AGAIN_MS = 60_000;

export function canSend(link: Link): boolean {
  return link !== 'gone' && link !== 'saved';
}

export class Connection {
  readonly client = randomId();
  /** When the last hello that has been acked was sent; answers sent before it have reached the kernel. */
  ackedHelloAt = 0;
  /** By how many ms the kernel's clock is ahead of this one. */
  clockAhead = 0;

  #link: Link = 'connecting';
  #helloAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #afterAnswer: ReturnType<typeof setTimeout> | undefined;
  #sawKernel = false;
  #commChanged = false;
  #listeners = new Set<() => void>();
  #refusals = new Set<(refused: Refused) => void>();
  #fetches = new Map<number, { resolve(data: unknown): void; reject(error: Error): void }>();
  #fetchId = 0;
  #cleanups: (() => void)[] = [];

  constructor(
    private readonly model: Model,
    view: Document,
    private readonly isAsking: () => boolean,
    /** The number of the last update that the view has. */
    private readonly lastSeq: () => number,
  ) {
    const onMessage = (message: unknown) => this.#receive(message);
    const onComm = () => this.#commMayBeDead();
    model.on('msg:custom', onMessage);
    // ipywidgets' models only: set to false when the kernel restarts or dies, to true when it is found again.
    model.on('comm_live_update', onComm);
    const offTraits = onTraits(model, () => this.#signOfLife());

    const onReturn = () => {
      if (view.visibilityState !== 'hidden') this.hello();
    };
    view.addEventListener('visibilitychange', onReturn);
    view.defaultView?.addEventListener('focus', onReturn);
    const ticker = setInterval(() => {
      if (this.isAsking()) this.hello();
    }, HELLO_EVERY_MS);

    this.#cleanups.push(
      () => model.off('msg:custom', onMessage),
      () => model.off('comm_live_update', onComm),
      offTraits,
      () => view.removeEventListener('visibilitychange', onReturn),
      () => view.defaultView?.removeEventListener('focus', onReturn),
      () => clearInterval(ticker),
      () => clearTimeout(this.#timer),
      () => clearTimeout(this.#afterAnswer),
    );
    this.hello();
  }

  get link(): Link {
    return this.#link;
  }

  /** Asks the kernel for an ack, unless one is awaited already. */
  hello(): void {
    const now = Date.now();
    if (this.#helloAt !== null && now - this.#helloAt < HELLO_AGAIN_MS) return;
    this.#helloAt = now;
    if (!this.#trySend({ type: 'hello', client: this.client, seq: this.lastSeq() })) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ackIsLate(), ACK_WITHIN_MS);
  }

  /** Sends an answer; false when there is nobody to send it to. */
  answer(request: string, value: unknown, reason: string | null, always: string[] = []): boolean {
    const intent: AnswerIntent = { type: 'answer', client: this.client, request, value };
    if (reason !== null) intent.reason = reason;
    if (always.length > 0) intent.always = always;
    const sent = this.#trySend(intent);
    if (sent) {
      clearTimeout(this.#afterAnswer);
      this.#afterAnswer = setTimeout(() => this.hello(), HELLO_AFTER_ANSWER_MS);
    }
    return sent;
  }

  /** Somebody is at a card: nothing answers for them meanwhile. */
  touched(request: string): boolean {
    return this.#trySend({ type: 'touched', client: this.client, request });
  }

  askAgain(tool: string): boolean {
    return this.#trySend({ type: 'ask_again', client: this.client, tool });
  }

  /**
   * Asks an open card's control for a part of what it shows. Rejects, in words, when it has no such part or there is
   * nobody to ask; a busy kernel answers when it can.
   */
  fetch(request: string, what: FetchIntent['what']): Promise<unknown> {
    return this.#ask((id) => ({ type: 'fetch', client: this.client, request, id, what }));
  }

  /** Asks for a part of the run that no trait holds; as `fetch`. */
  look(at: LookIntent['at']): Promise<unknown> {
    return this.#ask((id) => ({ type: 'look', client: this.client, id, at }));
  }

  /** Asks for the code of what few views draw: the trait of that name gets it. */
  need(code: NeedIntent['code']): boolean {
    return this.#trySend({ type: 'need', client: this.client, code });
  }

  /** Draws a nested graph as one node, or with what is in it. */
  fold(group: string, folded: boolean): boolean {
    return this.#trySend({ type: 'fold', client: this.client, group, folded });
  }

  /** Stops at a node from now on, or no more. */
  breakpoint(node: string, when: BreakpointIntent['when'], on: boolean): boolean {
    return this.#trySend({ type: 'breakpoint', client: this.client, node, when, on });
  }

  /** Starts another run from a step, or from the step that asked for a decision. */
  fork(from: Pick<ForkIntent, 'step' | 'decision' | 'task' | 'pause'>): boolean {
    return this.#trySend({ type: 'fork', client: this.client, ...from });
  }

  /** Asks for a view of a fork; its `ForkView` then names it. */
  openFork(fork: string): boolean {
    return this.#trySend({ type: 'open_fork', client: this.client, fork });
  }

  /** Starts another run with the same input. */
  restart(): boolean {
    return this.#trySend({ type: 'restart', client: this.client });
  }

  /** Asks for another input on a thread that has finished. */
  followUp(): boolean {
    return this.#trySend({ type: 'follow_up', client: this.client });
  }

  /** Asks why the node of a request asks again; the card then says it. */
  why(request: string): boolean {
    return this.#trySend({ type: 'why', client: this.client, request });
  }

  stop(): boolean {
    return this.#trySend({ type: 'stop', client: this.client });
  }

  retry(): boolean {
    return this.#trySend({ type: 'retry', client: this.client });
  }

  /** Asks for what only another kind of widget is asked for, as the inbox; as `fetch`. */
  ask(intent: (id: number) => object): Promise<unknown> {
    return this.#ask((id) => intent(id) as LookIntent);
  }

  /** Tells it something. */
  tell(intent: object): boolean {
    return this.#trySend(intent as Intent);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onRefused(listener: (refused: Refused) => void): () => void {
    this.#refusals.add(listener);
    return () => this.#refusals.delete(listener);
  }

  close(): void {
    for (const cleanup of this.#cleanups) cleanup();
    this.#endFetches();
  }

  #ask(intent: (id: number) => FetchIntent | LookIntent): Promise<unknown> {
    this.#fetchId += 1;
    const id = this.#fetchId;
    return new Promise((resolve, reject) => {
      this.#fetches.set(id, { resolve, reject });
      if (!this.#trySend(intent(id))) this.#endFetches();
    });
  }

  #trySend(intent: Intent): boolean {
    try {
      this.model.send(intent);
      return true;
    } catch {
      // A dead kernel connection throws "Cannot send" (JupyterLab 4.6).
      this.#helloAt = null;
      clearTimeout(this.#timer);
      this.#become('gone');
      return false;
    }
  }

  #receive(message: unknown): void {
    if (!isForClient(message, this.client)) return;
    this.#sawKernel = true;
    if (message.type === 'fetched') {
      const waiting = this.#fetches.get(message.id);
      this.#fetches.delete(message.id);
      if (message.error === undefined) waiting?.resolve(message.data);
      else waiting?.reject(new Error(message.error));
      return;
    }
    if (message.type === 'refused') {
      for (const listener of this.#refusals) listener(message);
      return;
    }
    this.ackedHelloAt = this.#helloAt ?? this.ackedHelloAt;
    const now = Date.parse(message.now);
    if (!Number.isNaN(now)) this.clockAhead = now - Date.now();
    this.#helloAt = null;
    this.#commChanged = false;
    clearTimeout(this.#timer);
    this.#become('live');
  }

  #signOfLife(): void {
    this.#sawKernel = true;
    clearTimeout(this.#afterAnswer);
    if (this.#link === 'saved') this.#become('busy');
  }

  #commMayBeDead(): void {
    this.#sawKernel = true;
    this.#commChanged = true;
    this.#helloAt = null;
    this.hello();
  }

  #ackIsLate(): void {
    if (this.#commChanged) this.#become('gone');
    else this.#become(this.#sawKernel ? 'busy' : 'saved');
  }

  #endFetches(): void {
    for (const { reject } of this.#fetches.values()) reject(new Error('The kernel is gone.'));
    this.#fetches.clear();
  }

  #become(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    if (link === 'gone') this.#endFetches();
    for (const listener of this.#listeners) listener();
  }
}

function isForClient(message: unknown, client: string): message is Ack | Fetched | Refused {
  if (typeof message !== 'object' || message === null) return false;
  const { type, client: to } = message as Record<string, unknown>;
  return to === client && (type === 'ack' || type === 'fetched' || type === 'refused');
}

function randomId(): string {
  // Not crypto.randomUUID: a page served without https has none.
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
