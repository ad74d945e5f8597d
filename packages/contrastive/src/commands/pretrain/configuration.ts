import type {Values} from '../../program/setting.js';
import type {settings} from './settings.js';

export type {Configuration} from '../../run/configuration.js';

/** What `pretrain` was told. */
export type Told = Values<typeof settings>;

/** A default that was chosen, and why. */
export interface Choice {
  readonly setting: string;
  readonly value: unknown;
  readonly because: string;
}
