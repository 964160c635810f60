import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CauseView, ExceptionView, FrameView } from '../../protocol';
import { counted } from '../values/words';

const CAUSES: { [kind in CauseView['kind']]: string } = {
  cause: 'Caused by',
  context: 'While this was handled',
  member: 'One of the group',
};

/** An exception: what it says, where it passed in the user's own code, and behind a click the rest. */
export function Failure({ exception }: { exception: ExceptionView }): VNode {
  const { type, message, notes, frames, left_out, causes } = exception;
  const own = frames.filter(({ user }) => user).reverse();
  const [all, setAll] = useState(false);
  return (
    <div class="hitl-exception">
      <p class="hitl-exception-message">
        <strong>{type}</strong>
        {message !== '' && <>: {message}</>}
      </p>
      {notes.map((note, at) => (
        <p class="hitl-exception-notes" key={at}>
          {note}
        </p>
      ))}
      {own.length > 0 && (
        <ol class="hitl-frames" aria-label="Your code, innermost first">
          {own.map((frame, at) => (
            <Frame key={at} frame={frame} />
          ))}
        </ol>
      )}
      {frames.length > own.length && (
        <div class="hitl-libraries">
          <button type="button" class="hitl-twisty" aria-expanded={all} onClick={() => setAll(!all)}>
            <span class="hitl-size">
              {counted(frames.length, 'frame', 'frames')},{' '}
              {counted(frames.length - own.length, 'of a library', 'of libraries')}
            </span>
          </button>
          {all && (
            <ol class="hitl-frames" aria-label="All frames, innermost last">
              {left_out > 0 && (
                <li class="hitl-inside-note">{counted(left_out, 'frame', 'frames')} left out in the middle</li>
              )}
              {frames.map((frame, at) => (
                <Frame key={at} frame={frame} />
              ))}
            </ol>
          )}
        </div>
      )}
      {causes.map((cause, at) => (
        <div class="hitl-cause" key={at}>
          <p class="hitl-wrote-word">{CAUSES[cause.kind]}</p>
          <Failure exception={cause.exception} />
        </div>
      ))}
    </div>
  );
}

function Frame({ frame }: { frame: FrameView }): VNode {
  const { file, line, function: name, source, user, innermost } = frame;
  return (
    <li class="hitl-frame-row" data-user={user} data-innermost={innermost}>
      <div class="hitl-frame-where">
        <span class="hitl-frame-file" title={file}>
          {file}
        </span>
        <span>:{line}</span>
        {name !== '' && <span class="hitl-frame-function"> in {name}</span>}
      </div>
      {source.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        <div class="hitl-source" role="group" aria-label={`Source of ${name || file}`} tabIndex={0}>
          {source.map(({ number, text }) => (
            <div class="hitl-source-line" data-here={number === line} key={number}>
              <span class="hitl-source-number" aria-hidden="true">
                {number}
              </span>
              {number === line && <span class="hitl-unseen">here: </span>}
              <span class="hitl-source-text">{text === '' ? ' ' : text}</span>
            </div>
          ))}
        </div>
      )}
    </li>
  );
}
