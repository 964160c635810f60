import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { InsideView } from '../../protocol';
import { CopyButton } from '../values/CopyButton';
import { Value } from '../values/Value';
import { counted } from '../values/words';
import { Asked } from './Asked';
import { Changes } from './Changes';
import { Failure } from './Failure';
import { Output } from './Output';
import { Tokens } from './Tokens';

/** All there is to see of a task; sections that have nothing are not there. */
export function Task({ view }: { view: InsideView }): VNode {
  const { exception, attempts, asked, changes, unchanged, returned, output, printed, tokens, streamed, given } = view;
  const { wrote_nothing: wroteNothing } = view;
  const left = [
    (exception !== undefined || attempts.length > 0) && (
      <Section key="failed" name={exception === undefined ? 'Failed before' : 'Failed'} tone="failed">
        {attempts.map(({ number, error }) => (
          <p class="hitl-attempt" key={number}>
            <span class="hitl-size">attempt {number}</span> {error}
          </p>
        ))}
        {exception !== undefined && <Failure exception={exception} />}
      </Section>
    ),
    asked.length > 0 && (
      <Section key="asked" name="Asked">
        <Asked asked={asked} />
      </Section>
    ),
    (changes.length > 0 || unchanged.length > 0 || wroteNothing) && (
      <Section
        key="wrote"
        name={view.changed ? 'Changed' : 'Wrote'}
        count={changes.length > 0 ? counted(changes.length, 'key', 'keys') : ''}
      >
        {wroteNothing && <p class="hitl-inside-note">Nothing.</p>}
        <Changes changes={changes} />
        {unchanged.length > 0 && <p class="hitl-inside-note">As it was before: {unchanged.join(', ')}</p>}
      </Section>
    ),
    returned !== undefined && (
      <Section key="returned" name="Returned" copy={returned.value}>
        <Value id={returned.value} view={returned.view} name="what it returned" />
      </Section>
    ),
  ].filter(Boolean);
  const right = [
    output.length > 0 && (
      <Section key="printed" name="Printed" count={counted(printed, 'character', 'characters')}>
        <Output output={output} />
      </Section>
    ),
    tokens !== '' && (
      <Section key="streamed" name="Streamed" count={counted(streamed, 'character', 'characters')}>
        <Tokens text={tokens} live={view.task.status === 'running'} />
      </Section>
    ),
    given !== undefined && (
      <Section key="given" name="Given" copy={given.value}>
        <Value id={given.value} view={given.view} name="what it was given" />
      </Section>
    ),
  ].filter(Boolean);
  return (
    <div class="hitl-inside-body" data-both={left.length > 0 && right.length > 0}>
      {view.notes.map((note) => (
        <p class="hitl-inside-note hitl-inside-wide" key={note}>
          {note}
        </p>
      ))}
      {left.length > 0 && <div class="hitl-inside-column">{left}</div>}
      {right.length > 0 && <div class="hitl-inside-column">{right}</div>}
      {left.length === 0 && right.length === 0 && view.notes.length === 0 && (
        <p class="hitl-inside-note">Nothing is known of it so far.</p>
      )}
    </div>
  );
}

interface SectionProps {
  name: string;
  count?: string;
  /** The name of the value that it shows. */
  copy?: string;
  tone?: 'failed';
  children: ComponentChildren;
}

function Section({ name, count = '', copy, tone, children }: SectionProps): VNode {
  const [open, setOpen] = useState(true);
  return (
    <section class="hitl-section" data-tone={tone} aria-label={name}>
      <div class="hitl-section-head">
        <button type="button" class="hitl-twisty" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="hitl-section-name">{name}</span>
          {count !== '' && <span class="hitl-size">{count}</span>}
        </button>
        {copy !== undefined && <CopyButton id={copy} what={`all of “${name}”`} />}
      </div>
      {open && <div class="hitl-section-body">{children}</div>}
    </section>
  );
}
