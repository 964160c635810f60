/** What a view tells its kernel, and asks it: an intent each. Whether a kernel listens is in `link.ts`. */
import { Linked } from './link';
import type {
  AnswerIntent,
  BreakpointIntent,
  FetchIntent,
  ForkIntent,
  Intent,
  LookIntent,
  NeedIntent,
} from './protocol';

export class Connection extends Linked {
  /** Sends an answer; false when there is nobody to send it to. */
  answer(request: string, value: unknown, reason: string | null, always: string[] = [], inJson = false): boolean {
    const intent: AnswerIntent = { type: 'answer', client: this.client, request, value };
    if (reason !== null) intent.reason = reason;
    if (always.length > 0) intent.always = always;
    if (inJson) intent.json = true;
    const sent = this.send(intent);
    if (sent) this.awaitChange();
    return sent;
  }

  /** Somebody is at a card: nothing answers for them meanwhile. */
  touched(request: string): boolean {
    return this.send({ type: 'touched', client: this.client, request });
  }

  askAgain(tool: string): boolean {
    return this.send({ type: 'ask_again', client: this.client, tool });
  }

  /**
   * Asks an open card's control for a part of what it shows. Rejects, in words, when it has no such part or there is
   * nobody to ask; a busy kernel answers when it can.
   */
  fetch(request: string, what: FetchIntent['what']): Promise<unknown> {
    return this.sendAndWait((id) => ({ type: 'fetch', client: this.client, request, id, what }));
  }

  /** Asks for a part of the run that no trait holds; as `fetch`. */
  look(at: LookIntent['at']): Promise<unknown> {
    return this.sendAndWait((id) => ({ type: 'look', client: this.client, id, at }));
  }

  /** Asks for the code of what few views draw: the trait of that name gets it. */
  need(code: NeedIntent['code']): boolean {
    return this.send({ type: 'need', client: this.client, code });
  }

  /** Draws a nested graph as one node, or with what is in it. */
  fold(group: string, folded: boolean): boolean {
    return this.send({ type: 'fold', client: this.client, group, folded });
  }

  /** Stops at a node from now on, or no more. */
  breakpoint(node: string, when: BreakpointIntent['when'], on: boolean): boolean {
    return this.send({ type: 'breakpoint', client: this.client, node, when, on });
  }

  /** Starts another run from a step, or from the step that asked for a decision. */
  fork(from: Pick<ForkIntent, 'step' | 'decision' | 'pause'>): boolean {
    return this.send({ type: 'fork', client: this.client, ...from });
  }

  /** Asks for a view of a fork; its `ForkView` then names it. */
  openFork(fork: string): boolean {
    return this.send({ type: 'open_fork', client: this.client, fork });
  }

  /** Starts another run with the same input. */
  restart(): boolean {
    return this.send({ type: 'restart', client: this.client });
  }

  /** Asks for another input on a thread that has finished. */
  followUp(): boolean {
    return this.send({ type: 'follow_up', client: this.client });
  }

  /** Asks why the node of a request asks again; the card then says it. */
  why(request: string): boolean {
    return this.send({ type: 'why', client: this.client, request });
  }

  stop(): boolean {
    return this.send({ type: 'stop', client: this.client });
  }

  retry(): boolean {
    return this.send({ type: 'retry', client: this.client });
  }

  /** Asks for what only another kind of widget is asked for, as the inbox; as `fetch`. */
  ask(intent: (id: number) => object): Promise<unknown> {
    return this.sendAndWait((id) => intent(id) as LookIntent);
  }

  /** Tells it something. */
  tell(intent: object): boolean {
    return this.send(intent as Intent);
  }
}
