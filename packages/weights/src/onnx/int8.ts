/** Numbers as bytes: each channel's are its scale times −127 to 127. */
interface Quantized {
  readonly values: Int8Array<ArrayBuffer>;
  /** One a channel. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Numbers as bytes with a scale for each channel, its largest over 127, so that 0 stays 0.
 *
 * @param data All finite.
 * @param channels How many channels there are.
 * @param inner How many numbers of a channel lie together: what the sides behind the channels' multiply to.
 */
export function int8Of(data: Float32Array, channels: number, inner: number): Quantized {
  const scales = new Float32Array(channels);
  for (let start = 0, channel = 0; start < data.length; start += inner, channel = (channel + 1) % channels) {
    for (let i = start; i < start + inner; i++) {
      const size = Math.abs(data[i]);
      if (size > scales[channel]) scales[channel] = size;
    }
  }
  for (let channel = 0; channel < channels; channel++) scales[channel] = scales[channel] / 127 || 1;
  const values = new Int8Array(data.length);
  for (let start = 0, channel = 0; start < data.length; start += inner, channel = (channel + 1) % channels)
    for (let i = start; i < start + inner; i++) values[i] = Math.round(data[i] / scales[channel]);
  return {values, scales};
}
