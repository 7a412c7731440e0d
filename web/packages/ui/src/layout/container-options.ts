import type { ComponentPart } from '@salon/protocol';

/** The `options` of containers, which depend on their kind; an option that a function has removed is `null`. */
export interface ContainerOptions {
  hidden?: boolean | null;
  elem_id?: string | null;
  elem_classes?: string[] | null;
  scale?: number | null;
  min_width?: number | null;
  variant?: 'panel' | 'compact' | null;
  equal_height?: boolean | null;
  height?: string | null;
  min_height?: string | null;
  max_height?: string | null;
  label?: string | null;
  open?: boolean | null;
  width?: string | null;
  position?: 'left' | 'right' | null;
  selected?: string | number | null;
  name?: string | number | null;
  disabled?: boolean | null;
}

/** The options of a container as they are now. */
export const containerOptions = ({ props }: ComponentPart): ContainerOptions => (props ?? {}) as ContainerOptions;
