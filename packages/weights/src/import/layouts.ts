import type {TensorFile} from './tensor-file.js';

/** How a library calls the layers of a ResNet. */
export interface Layout {
  readonly name: 'torchvision' | 'shortcut' | 'sequential' | 'lightly' | 'huggingface' | 'converted';
  /** Its name for a layer that torchvision calls so, as `layer1.0.conv1`. */
  readonly layer: (torchvision: string) => string;
  /** Its names for the linear layers behind the encoder, each from where the encoder's names begin. */
  readonly heads: readonly (readonly string[])[];
}

/** Where a layer is: 0 for the stem, the stage and the block, and what it is. */
const PLACE = /^(?:layer(\d+)\.(\d+)\.)?(conv|bn|downsample\.)(\d)$/;

/** Another name from the place of a layer. */
const renaming =
  (name: (stage: number, block: string, kind: string, number: number) => string): Layout['layer'] =>
  layer => {
    const [, stage = '0', block = '', kind = '', number = '0'] = PLACE.exec(layer) ?? [];
    return name(Number(stage), block, kind, Number(number));
  };

const shortcut = (name: string): string => name.replace('downsample', 'shortcut');

/** Layers as children of `nn.Sequential`: the stages from a place on. */
const inSequence = (name: string, first: number): string =>
  name
    .replace(/^conv1$/, '0')
    .replace(/^bn1$/, '1')
    .replace(/^layer(\d+)/, (_, stage) => String(Number(stage) + first - 1));

/** transformers' ResNetModel, modeling_resnet.py. */
const huggingface = renaming((stage, block, kind, number) => {
  const part = kind === 'conv' || (kind === 'downsample.' && number === 0) ? 'convolution' : 'normalization';
  if (stage === 0) return `embedder.embedder.${part}`;
  const at = `encoder.stages.${stage - 1}.layers.${block}`;
  return kind === 'downsample.' ? `${at}.shortcut.${part}` : `${at}.layer.${number - 1}.${part}`;
});

/** The converter of SimCLRv2's checkpoints, https://github.com/Separius/SimCLRv2-Pytorch, resnet.py. */
const converted = renaming((stage, block, kind, number) => {
  if (stage === 0) return kind === 'conv' ? 'net.0.0' : 'net.0.1.0';
  const at = `net.${stage}.blocks.${block}`;
  if (kind === 'downsample.') return `${at}.projection.${number === 0 ? 'shortcut' : 'bn.0'}`;
  return kind === 'conv' ? `${at}.net.${2 * (number - 1)}` : `${at}.net.${2 * number - 1}.0`;
});

const linear = [['fc'], ['fc.0', 'fc.2']];

/** All layouts; those that share names are told apart by the shortcut's. */
export const layouts: readonly Layout[] = [
  {name: 'torchvision', layer: name => name, heads: linear},
  {name: 'shortcut', layer: shortcut, heads: [...linear, ['linear']]},
  {name: 'sequential', layer: name => inSequence(name, 4), heads: []},
  {name: 'lightly', layer: name => inSequence(shortcut(name), 2), heads: []},
  {name: 'huggingface', layer: huggingface, heads: [['../classifier.1']]},
  {name: 'converted', layer: converted, heads: linear},
];

/** An encoder in a file: how its layers are called, and what their names begin with. */
export interface Found {
  readonly layout: Layout;
  /** For example `state_dict.module.encoder_q.`. */
  readonly prefix: string;
}

/** The name in a file of a tensor of a layer that torchvision calls so. */
export const nameIn = ({layout, prefix}: Found, layer: string, tensor: string): string =>
  `${prefix}${layout.layer(layer)}.${tensor}`;

/** The encoders in a file. */
export function findEncoders({tensors}: TensorFile): Found[] {
  const found: Found[] = [];
  const isKernel = (name: string): boolean => tensors.get(name)?.shape.length === 4;
  for (const layout of layouts) {
    const stem = `${layout.layer('conv1')}.weight`;
    for (const name of tensors.keys()) {
      if (!name.endsWith(stem) || !isKernel(name)) continue;
      const prefix = name.slice(0, -stem.length);
      if (prefix !== '' && !prefix.endsWith('.')) continue;
      const one = {layout, prefix};
      if (!isKernel(nameIn(one, 'layer1.0.conv1', 'weight'))) continue;
      const shared = found.findIndex(other => other.prefix === prefix);
      if (shared < 0) found.push(one);
      else if (isKernel(nameIn(one, 'layer2.0.downsample.0', 'weight'))) found[shared] = one;
    }
  }
  return found;
}
