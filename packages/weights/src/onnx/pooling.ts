import {checkChannelsLast, pair, type Convert, type LayerCall} from './call.js';
import {windowAttributes} from './padding.js';

function pool(op: string, call: LayerCall): string {
  checkChannelsLast(call);
  const {poolSize, strides} = call.config;
  const window = {size: pair(poolSize), strides: pair(strides ?? poolSize), dilations: [1, 1]} as const;
  return call.graph.node(op, call.path, call.inputs, windowAttributes(call, window));
}

/** Pooling over whole images, `[n, c]`. */
function globalPool(op: string, call: LayerCall): string {
  checkChannelsLast(call);
  const {graph, path, inputs} = call;
  return graph.node('Flatten', path, [graph.node(op, `${path}/pooled`, inputs)], {axis: 1});
}

/** Layers that pool images. */
export const poolingLayers: Readonly<Record<string, Convert>> = {
  MaxPooling2D: call => pool('MaxPool', call),
  AveragePooling2D: call => pool('AveragePool', call),
  GlobalAveragePooling2D: call => globalPool('GlobalAveragePool', call),
  GlobalMaxPooling2D: call => globalPool('GlobalMaxPool', call),
};
