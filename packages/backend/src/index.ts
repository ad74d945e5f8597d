export {setUp, type SetUpOptions, type SetUpResult} from './set-up/set-up.js';
export {SetUpError, type SetUpFailure} from './set-up/set-up-error.js';
export type {Origin} from './set-up/stamp.js';
export {useBackend, type Backend, type BackendName, type UseBackendOptions} from './use-backend.js';
