import type { VNode } from 'preact';
import { sizeOf } from './file-words';
import type { Uploads } from './use-upload';

interface Props {
  id: string;
  uploads: Uploads;
  onCancel(): void;
}

/** How far an upload is, and what became of it if it did not arrive. */
export function UploadLine({ id, uploads, onCancel }: Props): VNode {
  const { now, failed, start } = uploads;
  return (
    <>
      {now !== null && (
        <div class="hitl-upload">
          <bdi class="hitl-upload-name">{now.name}</bdi>
          <progress aria-label={`Uploading ${now.name}`} max={Math.max(now.size, 1)} value={now.received} />
          <span class="hitl-range">
            {sizeOf(now.received)} of {sizeOf(now.size)}
          </span>
          <button type="button" class="hitl-button hitl-small" onClick={onCancel}>
            Cancel
          </button>
        </div>
      )}
      <div class="hitl-upload-failed" role="alert">
        {failed !== null && (
          <>
            <span class="hitl-error" id={id}>
              {failed.text}
            </span>
            {failed.file !== null && (
              <button type="button" class="hitl-link" onClick={() => failed.file !== null && start([failed.file])}>
                Try again
              </button>
            )}
          </>
        )}
      </div>
    </>
  );
}
