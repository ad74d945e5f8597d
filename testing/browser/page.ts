export {useBackend} from '@contrastive/backend';
export {trainOn} from './train.js';
