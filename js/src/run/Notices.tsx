import type { VNode } from 'preact';

/** Sentences that the reader must know, with what is code in backticks. */
export function Notices({ notices }: { notices: string[] }): VNode {
  return (
    <>
      {notices.map((notice) => (
        <div class="hitl-note" key={notice}>
          {notice.split('`').map((part, at) => (at % 2 ? <code>{part}</code> : part))}
        </div>
      ))}
    </>
  );
}
