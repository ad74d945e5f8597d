export {copyNetwork} from './copy-network.js';
export {cosineMomentum, type CosineMomentumOptions, type MomentumSchedule} from './cosine-momentum.js';
export {createQueue, type KeyQueue, type QueueOptions, type QueueState} from './create-queue.js';
export {copyWeights, updateMomentum} from './update-momentum.js';
