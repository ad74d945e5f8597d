export {copyNetwork} from './copy-network.js';
export {createQueue, type KeyQueue, type QueueOptions, type QueueState} from './create-queue.js';
export {
  cosineMomentum,
  updateMomentum,
  type CosineMomentumOptions,
  type MomentumSchedule,
  type UpdateMomentumOptions,
} from './update-momentum.js';
