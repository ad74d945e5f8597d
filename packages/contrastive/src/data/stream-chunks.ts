import type {Source, StreamSample, StreamSource} from '@contrastive/data';

/** Images of a stream that are looked at together: 2048 photographs of 200 kB are 400 MB. */
const CHUNK = 512;

/** Some samples of a stream as a source with indices. */
function sourceOf(stream: StreamSource, samples: readonly StreamSample[]): Source {
  const labels = samples.map(({label}) => label ?? -1);
  return {
    length: samples.length,
    channels: stream.channels,
    ...(!labels.includes(-1) && {labels: Int32Array.from(labels)}),
    ...(stream.classNames && {classNames: stream.classNames}),
    nameOf: index => samples[index].key,
    inThreads: true,
    views: async ({indices, ...request}) =>
      stream.views(
        Array.from(indices, index => samples[index]),
        request,
      ),
    get bad() {
      return stream.bad;
    },
    close: async () => undefined, // the stream goes on
  };
}

/** A stream as sources of some hundred images each, in its order; leaving early ends the pass. */
export async function* streamChunks(stream: StreamSource, size = CHUNK): AsyncGenerator<Source, void, undefined> {
  let samples: StreamSample[] = [];
  for await (const sample of stream.samples({seed: 0, epoch: 0})) {
    samples.push(sample);
    if (samples.length < size) continue;
    yield sourceOf(stream, samples);
    samples = [];
  }
  if (samples.length > 0) yield sourceOf(stream, samples);
}
