/** Files that are dropped on a picker; or anywhere on its card, if that has no other. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Returns whether something is held over it that could be dropped. */
export function useDrop(
  box: RefObject<HTMLElement | null>,
  takes: boolean,
  onFiles: (files: ArrayLike<File>) => void,
): boolean {
  const [isOver, setOver] = useState(false);
  const drop = useRef(onFiles);
  drop.current = onFiles;

  useEffect(() => {
    const own = box.current;
    const card = own?.closest<HTMLElement>('.hitl-card') ?? own;
    if (!takes || own === null || card === null) return undefined;
    const isOurs = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return false;
      const alone = card.querySelectorAll('.hitl-file[data-uploads="true"]').length === 1;
      return alone || own.contains(event.target as Node);
    };
    const onDragOver = (event: DragEvent) => {
      const ours = isOurs(event);
      setOver(ours);
      if (!ours) return;
      // Else the browser would leave the notebook for the file.
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    };
    const onDragLeave = (event: DragEvent) => {
      if (!card.contains(event.relatedTarget as Node | null)) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (!isOurs(event)) return;
      event.preventDefault();
      event.stopPropagation();
      drop.current(event.dataTransfer?.files ?? []);
    };
    card.addEventListener('dragover', onDragOver);
    card.addEventListener('dragleave', onDragLeave);
    card.addEventListener('drop', onDrop);
    return () => {
      card.removeEventListener('dragover', onDragOver);
      card.removeEventListener('dragleave', onDragLeave);
      card.removeEventListener('drop', onDrop);
      setOver(false);
    };
  }, [box, takes]);
  return isOver;
}
