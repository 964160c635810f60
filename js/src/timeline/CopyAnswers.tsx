import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Code } from '../parts/Code';
import { copyText } from '../parts/copy';
import { Icon } from '../parts/icons';
import { messageOf } from '../parts/message';
import { useView } from '../view-context';

/** All answers as the argument of `hitl.run` that gives them again. */
export function CopyAnswers({ disabled, decisions }: { disabled: boolean; decisions: number }): VNode {
  const { connection, announce } = useView();
  /** How many were copied. */
  const [copied, setCopied] = useState(0);
  /** What could not be copied, to be copied by hand. */
  const [code, setCode] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const copy = async () => {
    try {
      const text = String(await connection.look({ kind: 'replay' }));
      const done = await copyText(text, null);
      setCopied(done ? decisions : 0);
      setCode(done ? null : text);
      setFailure(null);
      if (done) announce('The answers are copied.');
    } catch (error) {
      setFailure(messageOf(error));
    }
  };
  const done = copied === decisions;
  return (
    <>
      <button
        type="button"
        class="hitl-button hitl-small hitl-quiet"
        title="As the unattended={...} that gives them again"
        disabled={disabled}
        onClick={copy}
      >
        <Icon name={done ? 'check' : 'copy'} /> {done ? 'Copied' : 'Copy answers as code'}
      </button>
      {code !== null && <Code text={code} />}
      {failure !== null && (
        <div class="hitl-earlier" role="alert">
          {failure}
        </div>
      )}
    </>
  );
}
