import type { IconName } from '../icons/icons';

/** One line of a menu; one with `isChosen` is a choice among others. */
export interface MenuItem {
  icon?: IconName;
  name: string;
  isChosen?: boolean;
  /** The language of its name, where that is not the page's. */
  lang?: string;
  onclick: () => void;
}
