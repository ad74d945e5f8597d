import {useBackend} from '@contrastive/backend';
import {expect} from 'vitest';
import {toBeAllclose} from './to-be-allclose.js';

expect.extend({toBeAllclose});
await useBackend();
