import {checkSource, concat, type Source} from '@contrastive/data';
import {checkNetworks} from '@contrastive/layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkColumns, checkLabelled, type Features} from '../features.js';
import {trainingAugment} from './training-augment.js';
import {featureExamples, imageExamples, joinedFeatures, type Examples} from './examples.js';
import {checkClassNames, checkLabels, holdOut} from './labels.js';
import type {LinearProbeOptions} from './linear-probe-options.js';
import {simclrLinear} from './linear-recipes.js';

/** What is learned from or judged by: features, or images. */
export type Given = Features | Source;

/** What is learned from and judged by. */
export interface Task {
  readonly train: Examples;
  readonly test: Examples;
  readonly validation?: Examples;
  /** Training and validation rows together. */
  readonly whole: Examples;
}

/** Features of each kind, checked. */
export function featureTask(train: Given, test: Given, validation: Given | undefined): Task {
  const checked = (name: string, given: Given): Features => {
    if (typeof (Object(given) as {views?: unknown}).views === 'function') {
      throw new TypeError(
        `linearProbe: expected features as ${name}, got a source of images; give the encoder too, or take features ` +
          'by extractFeatures.',
      );
    }
    return checkLabelled('linearProbe', name, given as Features);
  };
  const [learned, judged] = [checked('train', train), checked('test', test)];
  checkColumns('linearProbe', 'test', judged, learned.columns);
  const held = validation && checked('validation', validation);
  if (held) checkColumns('linearProbe', 'validation', held, learned.columns);
  return {
    train: featureExamples(learned),
    test: featureExamples(judged),
    whole: featureExamples(held ? joinedFeatures(learned, held) : learned),
    ...(held && {validation: featureExamples(held)}),
  };
}

/** Images of each kind, checked. */
export function imageTask(
  train: Given,
  test: Given,
  {encoder, augment, recipe = simclrLinear, validation}: LinearProbeOptions & {readonly encoder: LayersModel},
): Task {
  checkNetworks('linearProbe', {encoder});
  const checked = (name: string, given: Given): Source => {
    const source = given as Source;
    checkSource('linearProbe', source, name);
    checkLabels('linearProbe', name, source.labels, source.length);
    return source;
  };
  const [learned, judged] = [checked('train', train), checked('test', test)];
  const held = validation && checked('validation', validation);
  checkClassNames('linearProbe', {train: learned, test: judged, ...(held && {validation: held})});
  const how = {encoder, augment: trainingAugment('linearProbe', encoder, learned, {augment, crop: recipe.crop})};
  const examples = (source: Source): Examples => imageExamples({...how, source});
  return {
    train: examples(learned),
    test: examples(judged),
    whole: examples(held ? concat([learned, held]) : learned),
    ...(held && {validation: examples(held)}),
  };
}

/** Rows to try learning rates on, and rows to judge them by where there is something to choose. */
export function partsOf(
  {train, validation}: Task,
  classes: Int32Array,
  choose: boolean,
  seed: number,
): {fit: Examples; judgedBy?: Examples} {
  const other = validation?.labels.find(label => !classes.includes(label));
  if (other !== undefined) {
    throw new RangeError(
      `linearProbe: expected classes of train (${classes.join(', ')}) as labels of validation, got ${other}; add ` +
        'images of it to train, or leave it out.',
    );
  }
  if (!choose) return {fit: train};
  if (validation !== undefined) return {fit: train, judgedBy: validation};
  const {fit, heldOut} = holdOut('linearProbe', train.labels, seed);
  return {fit: train.part(fit), judgedBy: train.part(heldOut)};
}
