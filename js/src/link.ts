/**
 * Is a kernel listening? A view can't tell by looking: a restarted kernel, a saved notebook and a busy kernel all
 * leave the same picture. So each view says hello and waits for its ack.
 *
 * Acks and refusals name the client they are for, so a view listens for its own and no two views handle one message.
 */
import type { KernelReply, Model } from './host';
import type { Ack, Fetched, Intent, Refused } from './protocol';
import { onTraits } from './traits';

/**
 * - `connecting`: said hello, too early to tell
 * - `live`: acked
 * - `busy`: there is a kernel, but it has not acked in time; what is sent is queued
 * - `away`: the page has lost its connection to it; what is sent is queued in the page
 * - `gone`: there was a kernel; nothing can be sent
 * - `saved`: no sign of a kernel so far
 */
export type Link = 'connecting' | 'live' | 'busy' | 'away' | 'gone' | 'saved';

export const ACK_WITHIN_MS = 2_000;
/** How often it is looked whether it is. Counted, not by the clock: a page that stands still hears no ack either. */
const LOOK_EVERY_MS = 100;
export const HELLO_EVERY_MS = 10_000;
/** How often it is looked whether there is a kernel at all, and a connection to it, which takes no message. */
export const WATCH_EVERY_MS = 1_000;
/** An answer is acknowledged by its card. A view that sees nothing change within this asks whether anybody is there. */
export const HELLO_AFTER_ANSWER_MS = 500;
/** An unanswered hello may have been lost for good (a reconnected websocket); one a minute does not pile up. */
export const HELLO_AGAIN_MS = 60_000;

/** An intent that does not say yet whose it is. */
export type Unsent<One> = One extends Intent ? Omit<One, 'client'> : never;

export function canSend(link: Link): boolean {
  return link !== 'gone' && link !== 'saved';
}

/** What is sent waits. */
export function isQueued(link: Link): boolean {
  return link === 'busy' || link === 'away';
}

export class Linked {
  /** What tells this view from others; it guards nothing. */
  readonly client = Math.random().toString(36).slice(2);
  /** When the last hello that has been acked was sent; answers sent before it have reached the kernel. */
  ackedHelloAt = 0;
  /** By how many ms the kernel's clock is ahead of this one. */
  clockAhead = 0;

  #link: Link = 'connecting';
  /** When the hello was sent whose ack is awaited; 0 is none. */
  #helloAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #afterAnswer: ReturnType<typeof setTimeout> | undefined;
  /** The model of its layout, which comes and goes with it; ipywidgets' only. */
  #layout: { comm_live?: boolean; model_id: string };
  /** What it is where no ack comes in time. */
  #unheard: 'saved' | 'busy' | 'gone';
  #listeners = new Set<() => void>();
  #refusals = new Set<(refused: Refused) => void>();
  #fetches = new Map<number, { resolve(data: unknown): void; reject(error: Error): void }>();
  #fetchId = 0;

  constructor(
    private readonly model: Model,
    view: Document,
    private readonly isAsking: () => boolean,
    /** The number of the last update that the view has. */
    private readonly lastSeq: () => number,
    /** Aborted when the view ends. */
    ended: AbortSignal,
  ) {
    // The kernel that has made a widget opens its comms; what a notebook had saved has none. Code that holds the
    // interpreter's lock, as of the next cell, keeps it from saying anything else, that it is busy too.
    this.#layout = Object(model.get('layout'));
    this.#unheard = this.#layout.comm_live === true ? 'busy' : 'saved';
    model.on('msg:custom', this.#receive);
    // ipywidgets' models only: set to false when the kernel restarts or dies, to true when it is found again.
    model.on('comm_live_update', this.#commMayBeDead);
    const offTraits = onTraits(model, this.#signOfLife);

    // Somebody is at the page, or comes back to it: the kernel looks for a while whether others change the thread.
    const onUse = () => {
      if (view.visibilityState !== 'hidden' && Date.now() - this.ackedHelloAt > HELLO_EVERY_MS) this.hello();
    };
    const options = { signal: ended, capture: true };
    for (const type of ['visibilitychange', 'focus', 'pointerdown', 'keydown'])
      view.defaultView?.addEventListener(type, onUse, options);
    const ticker = setInterval(() => {
      if (this.isAsking()) this.hello();
    }, HELLO_EVERY_MS);
    const watch = setInterval(() => {
      if (this.#unheard !== 'busy') return;
      // One that is shut down ends no comm, of which the model would tell.
      if (model.widget_manager?.kernel === null) this.#commMayBeDead();
      else if (this.#isAway()) this.#become('away');
      else if (this.#link === 'away') {
        this.#become('connecting');
        this.#helloAt = 0;
        this.hello();
      }
    }, WATCH_EVERY_MS);

    ended.addEventListener('abort', () => {
      model.off('msg:custom', this.#receive);
      model.off('comm_live_update', this.#commMayBeDead);
      offTraits();
      for (const timer of [ticker, watch, this.#timer, this.#afterAnswer]) clearTimeout(timer);
      this.#endFetches();
    });
    this.hello();
  }

  get link(): Link {
    return this.#link;
  }

  /** Asks the kernel for an ack, unless one is awaited already. */
  hello(): void {
    const now = Date.now();
    if (now - this.#helloAt < HELLO_AGAIN_MS) return;
    this.#helloAt = now;
    if (!this.send({ type: 'hello', seq: this.lastSeq() })) return;
    clearTimeout(this.#timer);
    let waited = 0;
    this.#timer = setInterval(() => {
      waited += LOOK_EVERY_MS;
      if (waited < ACK_WITHIN_MS) return;
      clearTimeout(this.#timer);
      if (this.#isAway()) return this.#become('away');
      this.#become(this.#unheard);
      if (this.#unheard === 'busy') this.#mayBeAnother();
    }, LOOK_EVERY_MS);
  }

  /** A view that sees nothing change now asks whether anybody is there. */
  protected awaitChange(): void {
    clearTimeout(this.#afterAnswer);
    this.#afterAnswer = setTimeout(() => this.hello(), HELLO_AFTER_ANSWER_MS);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onRefused(listener: (refused: Refused) => void): () => void {
    this.#refusals.add(listener);
    return () => this.#refusals.delete(listener);
  }

  /** Sends what is answered, and waits for the answer. */
  protected sendAndWait(intent: (id: number) => Unsent<Intent>): Promise<unknown> {
    this.#fetchId += 1;
    const id = this.#fetchId;
    return new Promise((resolve, reject) => {
      this.#fetches.set(id, { resolve, reject });
      if (!this.send(intent(id))) this.#endFetches();
    });
  }

  /**
   * Sends an intent; false when there is nobody to send it to.
   *
   * Where another page has started the kernel again, this one goes on sending what is for widgets to a thread of the kernel
   * before (JupyterLab 4.6): all of it is dropped, until the page is loaded anew. Then the main one is sent to, which there
   * always is.
   */
  protected send(intent: Unsent<Intent>, isAgain = false): boolean {
    const reply = ({ content }: KernelReply) => {
      const kernel = this.model.widget_manager?.kernel;
      if (content.ename !== 'UnknownSubshellError' || isAgain || !kernel) return;
      kernel.commsOverSubshells = 'disabled';
      setTimeout(() => this.send(intent, true)); // it lets go of the thread in a moment
    };
    try {
      this.model.send({ ...intent, client: this.client }, { shell: { reply } });
      return true;
    } catch {
      // A dead kernel connection throws "Cannot send" (JupyterLab 4.6).
      this.#helloAt = 0;
      clearTimeout(this.#timer);
      this.#become('gone');
      return false;
    }
  }

  #receive = (message: unknown): void => {
    if (!isForClient(message, this.client)) return;
    this.#unheard = 'busy';
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
    this.ackedHelloAt = this.#helloAt || this.ackedHelloAt;
    const now = Date.parse(message.now);
    if (now) this.clockAhead = now - Date.now();
    this.#helloAt = 0;
    clearTimeout(this.#timer);
    this.#become('live');
  };

  #signOfLife = (): void => {
    this.#unheard = 'busy';
    clearTimeout(this.#afterAnswer);
    if (this.#link === 'saved') this.#become('busy');
  };

  #commMayBeDead = (): void => {
    this.#unheard = 'gone';
    this.#helloAt = 0;
    this.hello();
  };

  /** One that was started again while the page was away looks busy, and never acks: it can say that the widget is not its. */
  #mayBeAnother(): void {
    this.model.widget_manager?.kernel
      ?.requestCommInfo?.({})
      .then(({ content }) => {
        if (this.#link === 'busy' && !(this.#layout.model_id in content.comms)) this.#become('gone');
      })
      .catch(() => undefined); // it cannot say, or went away itself, of which the model tells
  }

  /** JupyterLab is connecting anew, or has given up. */
  #isAway(): boolean {
    return (
      this.#unheard === 'busy' && (this.model.widget_manager?.kernel?.connectionStatus ?? 'connected') !== 'connected'
    );
  }

  #endFetches(): void {
    for (const { reject } of this.#fetches.values()) reject(new Error('The kernel is gone.'));
    this.#fetches.clear();
  }

  #become(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    if (link === 'gone') {
      this.#unheard = link;
      this.#endFetches();
    }
    for (const listener of this.#listeners) listener();
  }
}

function isForClient(message: unknown, client: string): message is Ack | Fetched | Refused {
  const { type, client: to } = Object(message) as Record<string, unknown>; // `null` and texts have neither
  return to === client && /^(ack|fetched|refused)$/.test(type as string);
}
