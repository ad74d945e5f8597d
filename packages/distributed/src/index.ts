export {connect, type ConnectOptions} from './connect.js';
export {letFirstTell, type Ranks} from './ranks.js';
export {rankAtLaunch} from './mpi/launcher.js';
