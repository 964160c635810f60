/** What a card asks the kernel for while it is open. */
import { describe, expect, it } from 'vitest';
import { MemoryModel } from '../dev/memory-model';
import { Connection } from '../src/connection';
import type { FetchIntent } from '../src/protocol';

function connected(kernel: MemoryModel['kernel'] = () => undefined) {
  const model = new MemoryModel({});
  const view = new AbortController();
  const connection = new Connection(
    model,
    document,
    () => false,
    () => 0,
    view.signal,
  );
  model.kernel = kernel;
  return {
    model,
    view,
    connection,
    asked: () => model.sent.filter((intent): intent is FetchIntent => intent.type === 'fetch'),
  };
}

describe('a part of what a card shows', () => {
  it('comes to the one who asked for it, in whatever order', async () => {
    const { model, connection, asked } = connected();
    const first = connection.fetch('r', { offset: 0 });
    const second = connection.fetch('r', { offset: 50 });
    const [one, two] = asked();
    model.tell({ type: 'fetched', client: connection.client, id: two?.id, data: 'rows 50' });
    model.tell({ type: 'fetched', client: connection.client, id: one?.id, data: 'rows 0' });
    expect(await Promise.all([first, second])).toEqual(['rows 0', 'rows 50']);
  });

  it('of another view is not taken', async () => {
    const { model, connection, asked } = connected();
    const mine = connection.fetch('r', {});
    model.tell({ type: 'fetched', client: 'another', id: asked()[0]?.id, data: 'theirs' });
    model.tell({ type: 'fetched', client: connection.client, id: asked()[0]?.id, data: 'mine' });
    expect(await mine).toBe('mine');
  });

  it('that there is not is refused in words', async () => {
    const { model, connection, asked } = connected();
    const data = connection.fetch('r', {});
    model.tell({ type: 'fetched', client: connection.client, id: asked()[0]?.id, error: 'No such folder.' });
    await expect(data).rejects.toThrow('No such folder.');
  });

  it('is given up when the kernel is gone or the view is closed', async () => {
    const dead = connected((intent) => {
      if (intent.type === 'fetch') throw new Error('Cannot send');
    });
    await expect(dead.connection.fetch('r', {})).rejects.toThrow('The kernel is gone.');
    const { view, connection } = connected();
    const data = connection.fetch('r', {});
    view.abort();
    await expect(data).rejects.toThrow('The kernel is gone.');
  });
});
