import type { VNode } from 'preact';
import type { MessageValue } from '../../protocol';
import { CopyButton } from './CopyButton';
import { Entry, Parts } from './Tree';
import { Leaf, Value } from './Value';
import { hasParts, isInline } from './words';

const ROLES: { [role: string]: string } = { human: 'person', ai: 'model', system: 'system', tool: 'tool' };

/** A message of a chat: who says it, what, and which tools it calls. */
export function Message({ id, view }: { id: string; view: MessageValue }): VNode {
  const role = ROLES[view.role] ?? view.role;
  return (
    <div class="hitl-message" data-role={view.role} data-failed={view.failed}>
      <div class="hitl-message-head">
        <span class="hitl-role">{role}</span>
        {view.name && <span class="hitl-message-name">{view.name}</span>}
        {view.failed && <span class="hitl-message-failed">failed</span>}
        <CopyButton id={id} what={`the message of ${role}`} />
      </div>
      {view.content.map((part, at) => (
        <div class="hitl-message-part" key={at}>
          <Value id={`${id}.c${at}`} view={part} name={`the message of ${role}`} depth={1} />
        </div>
      ))}
      {view.calls.map(({ name, arguments: given }, at) => (
        <div class="hitl-call" key={at}>
          <span class="hitl-call-name">
            <span aria-hidden="true">ƒ </span>
            <span class="hitl-unseen">calls </span>
            {name}
          </span>
          {isInline(given) ? (
            <Leaf view={given} />
          ) : hasParts(given) ? (
            <Parts id={`${id}.a${at}`} view={given} depth={0} name={`the arguments of ${name}`} />
          ) : (
            <Entry id={`${id}.a${at}`} view={given} depth={1} label="arguments" />
          )}
        </div>
      ))}
      {view.content.length === 0 && view.calls.length === 0 && <span class="hitl-inside-note">nothing</span>}
    </div>
  );
}
