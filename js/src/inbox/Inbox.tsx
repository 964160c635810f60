import type { RefObject, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Connection } from '../connection';
import type { Host, Model } from '../host';
import { canSend, isQueued } from '../link';
import { Code } from '../parts/Code';
import { Icon, Spinner } from '../parts/icons';
import type { InboxAlike, InboxQuery, InboxRow, InboxView } from '../protocol';
import { useLink, type View, ViewProvider } from '../view-context';
import { Filters } from './Filters';
import { Opened } from './Opened';
import { Rows } from './Rows';
import { savedPages } from './saved';
import { Together } from './Together';
import { useInbox } from './traits';
import { useNews } from './use-news';
import { usePages } from './use-pages';
import { counted, exactly, news, othersWords, threads } from './words';

interface InboxProps {
  model: Model;
  host: Host | undefined;
  connection: Connection;
}

const ALL: InboxQuery = { text: '', node: null, kind: null, older: null, order: 'since', descending: true };
const nothing = () => undefined;

/** One view of an inbox: the list, or one of its threads in its place. */
export function Inbox({ model, host, connection }: InboxProps): VNode {
  const { inbox, chosen, cards, assets, opened, rows } = useInbox(model);
  // In another tab other threads are chosen.
  const mine = chosen.find(({ client }) => client === connection.client) ?? null;
  const link = useLink(connection);
  const [announcement, announce] = useState('');
  const [query, setQuery] = useState(ALL);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [same, setSame] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);
  const [others, setOthers] = useState<number | null>(null);
  const [thread, setThread] = useState<string | null>(null);
  const [choice, setChoice] = useState(0);
  const from = useRef<string | null>(null);
  /** As it is now, for what was asked before. */
  const now = useRef({ picked, same, choice });
  now.current = { picked, same, choice };
  const live = canSend(link);
  const fetched = usePages(connection, inbox, query, live);
  // What was fetched stays to be seen when the kernel goes; a saved notebook has the beginning of the list.
  const saved = !live && fetched.total === null && rows.length > 0;
  const pages = saved ? savedPages(rows) : fetched;
  const top = useRef<HTMLDivElement>(null);
  useNews({
    connection,
    inside: top,
    refresh: live && thread === null ? inbox.refresh : null,
    busy: picked.size > 0 || mine?.sending === true,
  });
  const changed = news(inbox);
  useEffect(() => {
    if (changed !== '') announce(`${changed}. Refresh shows them.`);
  }, [changed]);

  const tell = (intent: object) => connection.tell({ client: connection.client, ...intent });
  const pick = (names: ReadonlySet<string>, what: string | null) => {
    setPicked(names);
    setOthers(null);
    setSame(names.size > 0 ? what : null);
    const next = now.current.choice + 1;
    const sent = tell({ type: 'choose', choice: next, threads: [...names], same: what ?? '' });
    if (sent) setChoice(next);
  };
  // What was sent is chosen no more.
  const sent = mine !== null && !mine.sending && mine.count === 0 && mine.said !== null;
  useEffect(() => {
    if (!sent) return;
    setPicked(new Set());
    setSame(null);
    announce(mine?.said ?? '');
  }, [sent]);

  const apart = (row: InboxRow): string | null => {
    if (mine?.sending) return 'An answer is being sent.';
    if (row.gone) return 'It does not wait any more.';
    if (row.count > 1) return 'It asks several things: open it to answer.';
    return same !== null && row.questions[0]?.same !== same ? 'It asks something else than what is chosen.' : null;
  };
  const onCheck = (rows: InboxRow[], on: boolean) => {
    const names = new Set(picked);
    let what = same;
    for (const row of rows) {
      const [question] = row.questions;
      if (!on) names.delete(row.thread);
      else if (question !== undefined && !row.gone && row.count === 1 && (what ?? question.same) === question.same) {
        what = question.same;
        names.add(row.thread);
      }
    }
    pick(names, what);
  };
  const onAlike = () => {
    setLooking(true);
    const intent = { type: 'alike', client: connection.client, query, same };
    connection
      .ask((id) => ({ ...intent, id }))
      .then(
        (data) => {
          // Something else was chosen meanwhile, or nothing.
          if (now.current.same !== same) return;
          const found = data as InboxAlike;
          const { picked } = now.current;
          // No more than are answered at once.
          const most = Math.max(found.threads.length, picked.size);
          const all = new Set([...new Set([...picked, ...found.threads])].slice(0, most));
          const left = Math.max(0, found.total - all.size);
          pick(all, same);
          const isSaid = left > 0 || all.size === picked.size;
          setOthers(isSaid ? left : null);
          announce(
            [all.size > picked.size && `${threads(all.size)} chosen`, isSaid && othersWords(left)]
              .filter(Boolean)
              .join('. '),
          );
        },
        (error: unknown) => announce(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => setLooking(false));
  };
  const open = (row: InboxRow) => {
    from.current = row.thread;
    setThread(row.thread);
  };
  const back = () => {
    setThread(null);
    // It may have been answered in there.
    tell({ type: 'refresh' });
  };

  // The key of a draft has this view's own name in it, which no later one has: nothing would come back.
  const asks = mine?.request;
  const together = useMemo(
    () => cards.filter(({ request }) => request === asks).map((card) => ({ ...card, unkept: true as const })),
    [cards, asks],
  );
  const view: View = useMemo(
    () => ({
      ...{ model, host, connection, link, assets, announce },
      ...{ threadId: `inbox ${connection.client}`, runName: undefined, selection: null, select: nothing },
      ...{ expecting: null, expect: nothing },
    }),
    [model, host, connection, link, assets],
  );
  const total = pages.total ?? 0;
  const filtered = query.text !== '' || query.node !== null || query.kind !== null || query.older !== null;
  return (
    <ViewProvider value={view}>
      {thread !== null ? (
        <Opened thread={thread} opened={opened.find((one) => one.thread === thread)} onBack={back} />
      ) : (
        <>
          <Head
            top={top}
            inbox={inbox}
            live={live}
            onRefresh={() => {
              tell({ type: 'refresh' });
              announce('Looking for the threads that wait now');
            }}
          />
          {!live && <Gone saved={link === 'saved'} code={inbox.code} />}
          {isQueued(link) && (
            <div class="hitl-note">
              The kernel {link === 'busy' ? 'is busy' : 'cannot be reached'}. What you do here is queued.
            </div>
          )}
          {inbox.error !== null && (
            <div class="hitl-failure" role="alert">
              <strong>The threads could not be listed.</strong> {inbox.error}
            </div>
          )}
          {!saved && (
            <Filters query={query} nodes={pages.nodes} kinds={pages.kinds} disabled={!live} onQuery={setQuery} />
          )}
          {filtered && pages.total !== null && (
            <p class="hitl-inbox-found" role="status">
              {threads(total)} of {counted(inbox.total)}
            </p>
          )}
          {pages.failure !== null && (
            <div class="hitl-note">
              {pages.failure}{' '}
              <button type="button" class="hitl-link" onClick={pages.retry}>
                Try again
              </button>
            </div>
          )}
          {total > 0 && (
            <Rows
              {...{ pages, total, onCheck }}
              apart={live ? apart : () => 'No kernel answers.'}
              closed={!live}
              key={`${JSON.stringify(query)} ${saved}`}
              chosen={picked}
              from={from.current}
              onOpen={open}
              clockAhead={() => connection.clockAhead}
            />
          )}
          {saved && (
            <p class="hitl-inbox-said">
              {total < inbox.total ? `The newest ${counted(total)} of ${threads(inbox.total)}` : threads(total)}
              {inbox.at !== null && `, as they waited at ${exactly(inbox.at)}`}.
            </p>
          )}
          {total === 0 && live && (
            <div class="hitl-nothing">
              {pages.total === null || pages.waits ? (
                <>
                  <Spinner />{' '}
                  {inbox.progress === undefined
                    ? 'Looking…'
                    : `Reading the threads: ${counted(inbox.progress[0] ?? 0)} of ${counted(inbox.progress[1] ?? 0)}`}
                </>
              ) : filtered ? (
                'No waiting thread is like that.'
              ) : (
                'Nothing waits for an answer.'
              )}
            </div>
          )}
          <Together
            count={picked.size}
            chosen={mine}
            cards={picked.size === 0 ? [] : together}
            isLate={mine?.choice !== choice}
            others={others}
            onAlike={onAlike}
            onClear={() => pick(new Set(), null)}
            looking={looking}
          />
        </>
      )}
      <div class="hitl-unseen" aria-live="polite">
        {announcement}
      </div>
    </ViewProvider>
  );
}

interface HeadProps {
  top: RefObject<HTMLDivElement | null>;
  inbox: InboxView;
  live: boolean;
  onRefresh(): void;
}

function Head({ top, inbox, live, onRefresh }: HeadProps): VNode {
  const reading = inbox.status === 'reading';
  const changed = live && !reading ? news(inbox) : '';
  const none = reading ? 'Looking…' : inbox.status === 'failed' ? 'Not listed' : '0 waiting';
  return (
    <div class="hitl-header hitl-inbox-head" ref={top}>
      <span class="hitl-status" data-status={inbox.total > 0 ? 'waiting' : 'idle'}>
        {inbox.total === 0 ? none : `${counted(inbox.total)} waiting`}
      </span>
      <span class="hitl-inbox-graph">{inbox.graph}</span>
      <span class="hitl-inbox-space" />
      {inbox.others > 0 && (
        <span class="hitl-inbox-aside" title="Of other graphs in the same place, or of another version of this one.">
          {counted(inbox.others)} of other graphs not shown
        </span>
      )}
      {inbox.unread > 0 && (
        <span class="hitl-inbox-aside" title="inbox.unread says why.">
          {counted(inbox.unread)} could not be read
        </span>
      )}
      {/* One button, so that the focus stays in it. */}
      <button
        type="button"
        class={`hitl-button hitl-small${changed === '' ? '' : ' hitl-inbox-news'}`}
        title={changed === '' ? undefined : 'Show the threads that wait now'}
        disabled={!live}
        aria-busy={reading}
        onClick={onRefresh}
      >
        {reading ? <Spinner /> : <Icon name="retry" />}
        <span>{changed === '' ? 'Refresh' : `Refresh: ${changed}`}</span>
      </button>
    </div>
  );
}

function Gone({ saved, code }: { saved: boolean; code: string }): VNode {
  return (
    <div class="hitl-banner">
      <strong>{saved ? 'This is a saved picture.' : 'The kernel is gone.'}</strong>{' '}
      {saved
        ? 'No kernel has answered so far. Run the cell again to list the threads that wait.'
        : 'The threads wait where they are saved. To see them, run the cells that build the graph again, then:'}
      {!saved && <Code text={code} />}
    </div>
  );
}
