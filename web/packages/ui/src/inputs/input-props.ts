import type { ComponentPart } from '@salon/protocol';
import type { ComponentChanges } from '@salon/store';

export interface InputProps {
  id: string;
  part: ComponentPart;
  isDisabled: boolean;
  onchange: (changes: ComponentChanges) => void;
  /** Emits an event that functions may be bound to. */
  onevent: (event: string, data?: Record<string, unknown>) => void;
}

/** The attributes that name an input for a screen reader, besides a visible label. */
export function names(id: string, fields: { label?: string | null; hides_label?: boolean; info?: string | null }) {
  return {
    'aria-label': fields.label && fields.hides_label ? fields.label : undefined,
    'aria-describedby': fields.info ? `${id}-info` : undefined,
  };
}
