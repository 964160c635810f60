/** What a view tells its kernel, and asks it: an intent each. Whether a kernel listens is in `link.ts`. */
import { Linked, type Unsent } from './link';
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
    const intent: Unsent<AnswerIntent> = { type: 'answer', request, value };
    if (reason !== null) intent.reason = reason;
    if (always.length > 0) intent.always = always;
    if (inJson) intent.json = true;
    const sent = this.send(intent);
    if (sent) this.awaitChange();
    return sent;
  }

  /** Somebody is at a card: nothing answers for them meanwhile. */
  touched(request: string): boolean {
    return this.send({ type: 'touched', request });
  }

  askAgain(tool: string): boolean {
    return this.send({ type: 'ask_again', tool });
  }

  /**
   * Asks an open card's control for a part of what it shows. Rejects, in words, when it has no such part or there is
   * nobody to ask; a busy kernel answers when it can.
   */
  fetch(request: string, what: FetchIntent['what']): Promise<unknown> {
    return this.sendAndWait((id) => ({ type: 'fetch', request, id, what }));
  }

  /** Asks for a part of the run that no trait holds; as `fetch`. */
  look(at: LookIntent['at']): Promise<unknown> {
    return this.sendAndWait((id) => ({ type: 'look', id, at }));
  }

  /** Asks for the code of what few views draw: the trait of that name gets it. */
  need(code: NeedIntent['code']): boolean {
    return this.send({ type: 'need', code });
  }

  /** Draws a nested graph as one node, or with what is in it. */
  fold(group: string, folded: boolean): boolean {
    return this.send({ type: 'fold', group, folded });
  }

  /** Stops at a node from now on, or no more. */
  breakpoint(node: string, when: BreakpointIntent['when'], on: boolean): boolean {
    return this.send({ type: 'breakpoint', node, when, on });
  }

  /** Starts another run from a step, or from the step that asked for a decision. */
  fork(from: Pick<ForkIntent, 'step' | 'decision' | 'task' | 'pause'>): boolean {
    return this.send({ type: 'fork', ...from });
  }

  /** Asks for a view of a fork; its `ForkView` then names it. */
  openFork(fork: string): boolean {
    return this.send({ type: 'open_fork', fork });
  }

  /** Starts another run with the same input. */
  restart(): boolean {
    return this.send({ type: 'restart' });
  }

  /** Asks for another input on a thread that has finished. */
  followUp(): boolean {
    return this.send({ type: 'follow_up' });
  }

  /** Asks why the node of a request asks again; the card then says it. */
  why(request: string): boolean {
    return this.send({ type: 'why', request });
  }

  stop(): boolean {
    return this.send({ type: 'stop' });
  }

  retry(): boolean {
    return this.send({ type: 'retry' });
  }

  /** Asks for what only another kind of widget is asked for, as the inbox; as `fetch`. */
  ask(intent: (id: number) => object): Promise<unknown> {
    return this.sendAndWait((id) => intent(id) as Unsent<LookIntent>);
  }

  /** Tells it something. */
  tell(intent: object): boolean {
    return this.send(intent as Unsent<Intent>);
  }
}
