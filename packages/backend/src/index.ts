export {useBackend, type Backend, type BackendName} from './use-backend.js';
