import type {Attribute} from './messages.js';
import type {LayerCall} from './call.js';

/** What a window slides by. */
interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/**
 * TensorFlow's padding `'same'` of one side: so many results as fit the strides, what is odd behind. Undefined where it
 * depends on a length that is any.
 */
function sameSide(length: number | null, size: number, stride: number, dilation: number): [number, number] | undefined {
  const reach = dilation * (size - 1) + 1;
  if (stride !== 1 && length === null) return undefined;
  const total = length === null ? reach - 1 : Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** The attributes of a window with the padding of a layer; what the operator does by itself is left out. */
export function windowAttributes(
  {config, shapes: [[, height, width]], zeros, refuse}: LayerCall,
  {size, strides, dilations}: Window,
): Record<string, Attribute> {
  const base = {kernel_shape: size, strides, ...(dilations.some(dilation => dilation !== 1) && {dilations})};
  if (config.padding === 'valid') return {...base, pads: zeros};
  if (config.padding !== 'same') return refuse("'valid' or 'same' as padding", config.padding);
  const rows = sameSide(height, size[0], strides[0], dilations[0]);
  const columns = sameSide(width, size[1], strides[1], dilations[1]);
  if (rows === undefined || columns === undefined) return {...base, auto_pad: 'SAME_UPPER'};
  return {...base, pads: [rows[0], columns[0], rows[1], columns[1]]};
}
