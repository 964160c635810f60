import type { VNode } from 'preact';
import type { OutputChunk } from '../../protocol';
import { clock } from '../clock';
import { useFollow } from './use-follow';

/** What a task printed and logged, as it came. */
export function Output({ output }: { output: OutputChunk[] }): VNode {
  const box = useFollow(output);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <div class="hitl-output" ref={box} role="group" aria-label="Output" tabIndex={0}>
      {output.map((chunk, at) => (
        <Chunk key={at} chunk={chunk} isNew={at > 0 && chunk.attempt !== output[at - 1]?.attempt} />
      ))}
    </div>
  );
}

function Chunk({ chunk, isNew }: { chunk: OutputChunk; isNew: boolean }): VNode {
  const { stream, text, at, attempt, level, logger } = chunk;
  return (
    <>
      {isNew && <div class="hitl-output-attempt">attempt {attempt}</div>}
      <div class="hitl-chunk" data-stream={stream} data-level={level} title={clock(at)}>
        {stream === 'stderr' && <span class="hitl-chunk-tag">stderr</span>}
        {stream === 'log' && (
          <span class="hitl-chunk-tag">
            {level}
            {logger && <span class="hitl-chunk-logger"> {logger}</span>}
          </span>
        )}
        <span class="hitl-chunk-text">{text.replace(/\n$/, '')}</span>
      </div>
    </>
  );
}
