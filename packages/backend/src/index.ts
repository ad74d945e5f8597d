export {setUpProject, type SetUpProjectOptions} from './command/set-up-project.js';
export type {Problem} from './doctor/diagnose.js';
export {examine, type Examination} from './doctor/examine.js';
export {setUp, type SetUpOptions, type SetUpResult} from './set-up/set-up.js';
export {SetUpError, type SetUpFailure} from './set-up/set-up-error.js';
export type {Origin} from './set-up/stamp.js';
export {useBackend, type Backend, type BackendName, type UseBackendOptions} from './use-backend.js';
