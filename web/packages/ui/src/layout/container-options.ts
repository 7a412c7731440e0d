import type { ContainerNode } from '@salon/protocol';

/** What the `options` of containers may hold; which do depends on their kind. */
export interface ContainerOptions {
  hidden?: boolean;
  elem_id?: string;
  elem_classes?: string[];
  scale?: number;
  min_width?: number;
  variant?: 'panel' | 'compact';
  equal_height?: boolean;
  height?: string;
  min_height?: string;
  max_height?: string;
  label?: string;
  open?: boolean;
  width?: string;
  position?: 'left' | 'right';
  selected?: string | number;
  name?: string | number;
  disabled?: boolean;
}

export const containerOptions = ({ options }: ContainerNode): ContainerOptions => (options ?? {}) as ContainerOptions;
