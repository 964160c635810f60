import { within } from '@testing-library/dom';
import { act } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MemoryModel, sliderManager } from '../dev/memory-model';
import * as shape from '../dev/shapes';
import type { Traits } from '../src/host';
import { ACK_WITHIN_MS, HELLO_AFTER_ANSWER_MS, HELLO_AGAIN_MS, HELLO_EVERY_MS, WATCH_EVERY_MS } from '../src/link';
import { answers, card, draw, modelOf, update } from './view';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const asked = shape.card('ask', 'Well?', { control: shape.form(shape.text({ default: 'yes' })) });

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const hellos = (model: MemoryModel) => model.sent.filter((intent) => intent.type === 'hello');
const ack = (model: MemoryModel) => act(() => model.tell({ type: 'ack', client: hellos(model).at(-1)?.client }));
const silent = (traits: Partial<Traits> = { cards: [asked] }) => {
  const model = modelOf(traits);
  model.kernel = () => undefined;
  return model;
};
const submit = (el: HTMLElement) =>
  within(card(el, 'Well?')).getByRole<HTMLButtonElement>('button', { name: 'Submit' });

describe('a view that is answered', () => {
  it('shows nothing of it', async () => {
    const { el, model } = draw(modelOf({ cards: [asked] }));
    await pass(ACK_WITHIN_MS * 2);
    expect(hellos(model)).toHaveLength(1);
    expect(el.textContent).not.toMatch(/kernel|saved picture/);
    expect(submit(el).disabled).toBe(false);
  });

  it('asks again now and then while a question is open, and not when none is', async () => {
    const { model } = draw(modelOf({ cards: [asked] }));
    await pass(HELLO_EVERY_MS * 3);
    expect(hellos(model)).toHaveLength(4);
    update(model, { cards: [] });
    await pass(HELLO_EVERY_MS * 3);
    expect(hellos(model)).toHaveLength(4);
  });

  it('says now and then that somebody is at the page, where nothing is asked too', async () => {
    const { model } = draw(modelOf());
    await pass(10);
    const use = (type: string) => act(() => void document.body.dispatchEvent(new Event(type, { bubbles: true })));
    use('keydown');
    expect(hellos(model)).toHaveLength(1);
    await pass(HELLO_EVERY_MS + 10);
    expect(hellos(model)).toHaveLength(1);
    use('keydown');
    use('pointerdown');
    await pass(10);
    expect(hellos(model)).toHaveLength(2);
  });

  it('has an id of its own beside another view of the same model', async () => {
    const model = modelOf({ cards: [asked] });
    draw(model);
    draw(model);
    await pass(10);
    expect(new Set(hellos(model).map(({ client }) => client)).size).toBe(2);
  });
});

describe('a hello', () => {
  it('says which update the view has, so that one that was lost is sent again', async () => {
    const model = modelOf({ cards: [asked], run: shape.run({ seq: 7 }) });
    draw(model);
    await pass(10);
    expect(hellos(model)[0]).toMatchObject({ seq: 7 });
  });
});

describe('an answer', () => {
  it('needs no ack beside the change of its card', async () => {
    const { el, model } = draw(modelOf({ cards: [asked] }));
    await pass(10);
    act(() => submit(el).click());
    update(model, { cards: [{ ...asked, status: 'answered' }] });
    await pass(HELLO_AFTER_ANSWER_MS * 2);
    expect(hellos(model)).toHaveLength(1);
  });

  it('that changes nothing makes the view ask whether anybody is there', async () => {
    const { el, model, view } = draw(modelOf({ cards: [asked] }));
    await pass(10);
    model.kernel = () => undefined;
    act(() => submit(el).click());
    await pass(HELLO_AFTER_ANSWER_MS + 1);
    expect(hellos(model)).toHaveLength(2);
    await pass(ACK_WITHIN_MS);
    expect(view.getByText('The kernel is busy. An answer you submit is queued.')).toBeTruthy();
  });
});

describe('a busy kernel', () => {
  it('is told, and an answer can be given all the same', async () => {
    const model = silent();
    const { el, view } = draw(model);
    update(model, { run: shape.run({ seq: 2 }) });
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText('The kernel is busy. An answer you submit is queued.')).toBeTruthy();
    act(() => submit(el).click());
    expect(answers(model).map((intent) => intent.value)).toEqual(['yes']);
    ack(model);
    expect(view.queryByText(/The kernel is busy/)).toBeNull();
  });

  it('is not asked again and again', async () => {
    const model = silent();
    draw(model);
    await pass(HELLO_AGAIN_MS - 1);
    window.dispatchEvent(new Event('focus'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(hellos(model)).toHaveLength(1);
    await pass(HELLO_EVERY_MS);
    expect(hellos(model)).toHaveLength(2);
  });
});

describe('a view that is first drawn while its kernel is at work', () => {
  const drawn = (comm_live: boolean) => {
    const model = silent();
    model.layout = { comm_live, model_id: 'ours' };
    return draw(model);
  };

  it('is not taken for a saved one, however long that takes', async () => {
    const { el, view, model } = drawn(true);
    for (let minute = 0; minute < 3; minute += 1) {
      await pass(60_000);
      expect(view.queryByText('This is a saved picture.')).toBeNull();
      expect(submit(el).disabled).toBe(false);
    }
    ack(model);
    await pass(ACK_WITHIN_MS + 1);
    expect(submit(el).disabled).toBe(false);
  });

  it('is told that the kernel is busy', async () => {
    const { view } = drawn(true);
    await pass(ACK_WITHIN_MS - 1);
    expect(view.queryByText(/The kernel is busy/)).toBeNull();
    await pass(1);
    expect(view.getByText(/The kernel is busy/)).toBeTruthy();
  });

  it('is one that was saved, where no kernel has made it', async () => {
    const { view } = drawn(false);
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText('This is a saved picture.')).toBeTruthy();
  });
});

describe('a saved notebook', () => {
  it('is a picture that cannot be answered, until a kernel speaks', async () => {
    const model = silent();
    const { el, view } = draw(model);
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText('This is a saved picture.')).toBeTruthy();
    expect(submit(el).disabled).toBe(true);
    expect(view.getByRole<HTMLButtonElement>('button', { name: 'Stop' }).disabled).toBe(true);
    ack(model);
    expect(view.queryByText('This is a saved picture.')).toBeNull();
    expect(submit(el).disabled).toBe(false);
  });
});

describe('a chat that has finished', () => {
  it('has a box for what is said next as long as a kernel speaks', async () => {
    const model = silent({ run: shape.run({ status: 'finished' }), cards: [asked] });
    const { el, view } = draw(model);
    expect(view.getByRole('textbox')).toBeTruthy();
    await pass(ACK_WITHIN_MS + 1);
    expect(el.textContent).not.toContain('Well?');
    ack(model);
    expect(view.getByRole('textbox')).toBeTruthy();
  });

  it('keeps what was typed where the kernel is gone', async () => {
    const model = modelOf({ run: shape.run({ status: 'finished' }), cards: [asked] });
    const { el } = draw(model);
    await pass(10);
    model.kernel = () => undefined;
    act(() => model.trigger('comm_live_update'));
    await pass(ACK_WITHIN_MS + 1);
    expect(submit(el).disabled).toBe(true);
  });
});

describe('a run that no kernel speaks for', () => {
  const since = new Date(Date.now() - 5_000).toISOString();
  const running = {
    run: shape.run({ status: 'running' }),
    nodes: { ask_address: { status: 'running', runs: 0, since } },
  } as const;

  it('is told as what it was, and nothing of it goes on', async () => {
    const model = silent(running);
    const { el, view } = draw(model);
    const node = () => el.querySelector('[data-node="ask_address"]')?.textContent;
    expect(node()).toMatch(/ask_address\d+ s/);
    expect(el.textContent).toContain('The next one will appear here.');
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText('Was running')).toBeTruthy();
    expect(el.textContent).not.toContain('The next one will appear here.');
    expect(node()).toBe('ask_address');
    expect(el.querySelector('[data-still="true"] .hitl-spin')).not.toBeNull();
    ack(model);
    expect(view.getByText('Running')).toBeTruthy();
    expect(el.querySelector('[data-still="true"]')).toBeNull();
  });

  it('that was over is told as ever', async () => {
    const { view } = draw(silent({ run: shape.run({ status: 'failed' }) }));
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText('Failed')).toBeTruthy();
  });
});

describe('a kernel that is gone', () => {
  it('is told when nothing can be sent, with the line of code to go on with', async () => {
    const model = modelOf({ cards: [asked], run: shape.run({ thread_id: 't1', attach: "hitl.attach(graph, 't1')" }) });
    const { el, view } = draw(model);
    await pass(10);
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    act(() => submit(el).click());
    expect(view.getByText('The kernel is gone.')).toBeTruthy();
    expect(view.getByText("hitl.attach(graph, 't1')")).toBeTruthy();
    expect(submit(el).disabled).toBe(true);
    expect(within(card(el, 'Well?')).getByRole('alert').textContent).toBe('The answer could not be sent.');
    expect(within(card(el, 'Well?')).getByRole<HTMLInputElement>('textbox').value).toBe('yes');
  });

  it('has the line of code for a run that has failed, too: it can be tried again', async () => {
    const failed = shape.run({
      thread_id: 't1',
      attach: "hitl.attach(graph, 't1')",
      status: 'failed',
      can_retry: true,
    });
    const model = modelOf({ run: failed });
    const { view } = draw(model);
    await pass(10);
    model.kernel = () => undefined;
    act(() => model.trigger('comm_live_update'));
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText("hitl.attach(graph, 't1')")).toBeTruthy();
  });

  it('is told when the connection ends, also under an answer that is on its way', async () => {
    const model = modelOf({ cards: [asked] });
    const { el, view } = draw(model);
    await pass(10);
    model.kernel = () => undefined;
    act(() => submit(el).click());
    expect(view.getByText('Submitting…')).toBeTruthy();
    act(() => model.trigger('comm_live_update'));
    await pass(ACK_WITHIN_MS + 1);
    expect(view.getByText('The kernel is gone.')).toBeTruthy();
    expect(view.queryByText('Submitting…')).toBeNull();
    expect(view.getByText('The kernel went away before it confirmed this answer.')).toBeTruthy();
  });

  it('is told at once when Jupyter has no kernel any more, though one that is busy is being asked', async () => {
    const model = modelOf({ cards: [asked] });
    model.widget_manager = { ...sliderManager(), kernel: {} };
    const { view } = draw(model);
    await pass(10);
    model.kernel = () => undefined;
    await pass(HELLO_EVERY_MS + ACK_WITHIN_MS);
    expect(view.getByText(/The kernel is busy/)).toBeTruthy();
    model.widget_manager.kernel = null;
    model.kernel = () => {
      throw new Error('Cannot send');
    };
    await pass(WATCH_EVERY_MS);
    expect(view.getByText('The kernel is gone.')).toBeTruthy();
  });

  it('is not told of a notebook that no kernel was started for yet', async () => {
    const model = silent();
    model.widget_manager = { ...sliderManager(), kernel: null };
    const { view } = draw(model);
    await pass(ACK_WITHIN_MS + 3 * WATCH_EVERY_MS);
    expect(view.getByText('This is a saved picture.')).toBeTruthy();
    expect(hellos(model)).toHaveLength(1);
  });

  it('may come back', async () => {
    const model = modelOf({ cards: [asked] });
    const { el, view } = draw(model);
    await pass(10);
    const { kernel } = model;
    model.kernel = () => undefined;
    act(() => model.trigger('comm_live_update'));
    await pass(ACK_WITHIN_MS + 1);
    model.kernel = kernel;
    act(() => model.trigger('comm_live_update'));
    await pass(10);
    expect(view.queryByText('The kernel is gone.')).toBeNull();
    expect(submit(el).disabled).toBe(false);
  });
});

describe('a page whose kernel was started again by another page', () => {
  it('delivers an answer that was dropped by it, once, by its main thread', async () => {
    const model = silent();
    const connection = { connectionStatus: 'connected', commsOverSubshells: 'perCommTarget' };
    model.widget_manager = { ...sliderManager(), kernel: connection };
    const { el } = draw(model);
    const delivered: string[] = [];
    model.kernel = ({ type }, callbacks) => {
      // JupyterLab lets go of the thread a moment after it was told to.
      const isDropped = connection.commsOverSubshells !== 'disabled';
      setTimeout(() => {
        if (!isDropped) delivered.push(type);
        callbacks?.shell.reply({ content: isDropped ? { ename: 'UnknownSubshellError' } : {} });
      }, 5);
    };
    act(() => submit(el).click());
    await pass(100);
    expect(delivered.filter((type) => type === 'answer')).toHaveLength(1);
    expect(answers(model)).toHaveLength(2);
  });

  it('sends it no third time where that is of no use', async () => {
    const model = silent();
    model.widget_manager = { ...sliderManager(), kernel: {} };
    const { el } = draw(model);
    model.kernel = (_, callbacks) =>
      void setTimeout(() => callbacks?.shell.reply({ content: { ename: 'UnknownSubshellError' } }), 5);
    act(() => submit(el).click());
    await pass(ACK_WITHIN_MS);
    expect(answers(model)).toHaveLength(2);
  });
});

describe('a page that has lost its connection to the kernel', () => {
  const cut = async () => {
    const model = modelOf({ cards: [asked] });
    const connection = { connectionStatus: 'connected' };
    model.widget_manager = { ...sliderManager(), kernel: connection };
    const drawn = draw(model);
    await pass(10);
    const { kernel } = model;
    model.kernel = () => undefined;
    connection.connectionStatus = 'connecting';
    await pass(WATCH_EVERY_MS);
    return { ...drawn, connection, kernel };
  };
  const AWAY = 'The kernel cannot be reached. An answer you submit is queued.';

  it('says so, and takes an answer that waits for it', async () => {
    const { el, model, view, connection, kernel } = await cut();
    expect(view.getByText(AWAY)).toBeTruthy();
    act(() => submit(el).click());
    expect(answers(model).map((intent) => intent.value)).toEqual(['yes']);
    expect(view.getByText('Queued')).toBeTruthy();
    for (const status of ['connecting', 'disconnected']) {
      connection.connectionStatus = status;
      await pass(HELLO_AGAIN_MS);
      expect(view.getByText(AWAY)).toBeTruthy();
    }
    connection.connectionStatus = 'connected';
    model.kernel = kernel;
    await pass(WATCH_EVERY_MS);
    expect(view.queryByText(AWAY)).toBeNull();
    expect(view.queryByText('Queued')).toBeNull();
  });

  it('asks at once when it is back, and says what it finds then', async () => {
    const { model, view, connection } = await cut();
    const said = hellos(model).length;
    connection.connectionStatus = 'connected';
    await pass(WATCH_EVERY_MS);
    expect(hellos(model)).toHaveLength(said + 1);
    expect(view.queryByText(AWAY)).toBeNull();
    await pass(ACK_WITHIN_MS);
    expect(view.getByText(/The kernel is busy/)).toBeTruthy();
  });
});

describe('a kernel that was started again while the page had lost its connection', () => {
  const drawn = (comms: () => Promise<object>) => {
    const model = silent();
    model.layout = { comm_live: true, model_id: 'ours' };
    const requestCommInfo = async () => ({ content: { comms: await comms() } });
    model.widget_manager = { ...sliderManager(), kernel: { connectionStatus: 'connected', requestCommInfo } };
    return draw(model);
  };

  it('is another one, as the widget is not among its own', async () => {
    const { el, view } = drawn(async () => ({ theirs: {} }));
    await pass(ACK_WITHIN_MS);
    for (let minute = 0; minute < 3; minute += 1) {
      expect(view.getByText('The kernel is gone.')).toBeTruthy();
      expect(submit(el).disabled).toBe(true);
      await pass(HELLO_AGAIN_MS);
    }
  });

  it.each([
    ['has the widget', async () => ({ ours: {}, theirs: {} })],
    ['says nothing', () => new Promise<object>(() => undefined)],
    ['fails', () => Promise.reject(new Error('Canceled'))],
  ])('is not one that %s: that is busy', async (_, comms) => {
    const { el, view } = drawn(comms);
    await pass(ACK_WITHIN_MS + HELLO_AGAIN_MS);
    expect(view.getByText(/The kernel is busy/)).toBeTruthy();
    expect(submit(el).disabled).toBe(false);
  });

  it('is not told where an ack comes before that is known', async () => {
    let tell: (comms: object) => void = () => undefined;
    const { model, view } = drawn(
      () =>
        new Promise((resolve) => {
          tell = resolve;
        }),
    );
    await pass(ACK_WITHIN_MS);
    ack(model);
    tell({ theirs: {} });
    await pass(10);
    expect(view.queryByText('The kernel is gone.')).toBeNull();
  });
});

describe('an answer that was lost', () => {
  it('can be sent again once the kernel has surely not taken it', async () => {
    const model = modelOf({ cards: [asked] });
    const { el, view } = draw(model);
    await pass(10);
    act(() => submit(el).click());
    await pass(60_000);
    expect(view.getByText('The kernel did not take up this answer. Submit it again.')).toBeTruthy();
    act(() => submit(el).click());
    expect(answers(model)).toHaveLength(2);
  });

  it('is waited for as long as the kernel is busy', async () => {
    const model = modelOf({ cards: [asked] });
    const { el, view } = draw(model);
    await pass(10);
    model.kernel = () => undefined;
    act(() => submit(el).click());
    await pass(100);
    expect(view.getByText('Submitting…')).toBeTruthy();
    await pass(300_000);
    expect(view.getByText('Queued')).toBeTruthy();
    // Beside the status, so that nothing below has moved.
    const note = view.getByText('The kernel is busy. An answer you submit is queued.');
    expect(note.parentElement).toBe(view.getByRole('group', { name: 'Run' }));
  });
});

describe('a view that is closed', () => {
  it('leaves nothing behind', async () => {
    const model = modelOf({ cards: [asked] });
    const { el, end } = draw(model);
    await pass(10);
    act(() => end());
    const said = model.sent.length;
    await pass(HELLO_EVERY_MS * 3);
    expect(el.childElementCount).toBe(0);
    expect(model.listening).toBe(0);
    expect(model.sent).toHaveLength(said);
    expect(vi.getTimerCount()).toBe(0);
  });
});
