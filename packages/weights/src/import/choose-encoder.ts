import {show} from '@contrastive/internal';
import {describeOther} from './architecture.js';
import {findEncoders, type Found} from './layouts.js';
import type {TensorFile} from './tensor-file.js';

/** Encoders that follow another one slowly, and are there for training alone. */
const MOMENTUM = /(^|[._])(momentum|encoder_k|ema|teacher|target)([._]|$)/;

/**
 * The encoder of a file: the one whose names begin so; else the only one, or the only one that is trained itself.
 *
 * @throws Error for a file without one, or with several.
 */
export function chooseEncoder(where: string, file: TensorFile, prefix: string | undefined): Found {
  const all = findEncoders(file);
  if (all.length === 0) {
    throw new Error(
      `${where}: expected the tensors of a ResNet, got ${describeOther(file)}; its layers must be called as in ` +
        'torchvision, timm, lightly, solo-learn, transformers or MoCo.',
    );
  }
  const names = all.map(one => show(one.prefix)).join(', ');
  if (prefix !== undefined) {
    const given = all.find(one => one.prefix === prefix || one.prefix === `${prefix}.`);
    if (given) return given;
    throw new RangeError(`${where}: expected one of ${names} as prefix, got ${show(prefix)}.`);
  }
  const trained = all.filter(one => !MOMENTUM.test(one.prefix));
  const left = all.length === 1 ? all : trained;
  if (left.length === 1) return left[0];
  throw new Error(
    `${where}: expected one encoder in the file, got ${all.length}, whose names begin with ${names}; give one of ` +
      'these as prefix.',
  );
}
