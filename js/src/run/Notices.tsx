import type { VNode } from 'preact';

/** Sentences that the reader must know. */
export function Notices({ notices }: { notices: string[] }): VNode | null {
  if (notices.length === 0) return null;
  return (
    <>
      {notices.map((notice) => (
        <div class="hitl-note" key={notice}>
          {notice}
        </div>
      ))}
    </>
  );
}
