import {golden} from '@contrastive/testing';
import type {ColorJitterParams, Crop, Interpolation} from '../src/index.js';

interface Shares {
  readonly top: number[];
  readonly left: number[];
  readonly height: number[];
  readonly width: number[];
}

/** The shape of golden/augment.json, which scripts/golden/augment.py writes. */
interface Golden {
  /** `[12, 10, 3]`. */
  readonly color: number[];
  /** `[12, 10, 1]`: the red channel of `color`. */
  readonly grey: number[];
  readonly crops: {
    interpolation: Interpolation;
    crop: Omit<Crop, 'flipped'>;
    size: number;
    color: number[];
    flipped: number[];
    grey: number[];
    pillow: number[];
  }[];
  readonly jitters: (ColorJitterParams & {color: number[]; grey: number[]})[];
  readonly grayscale: number[];
  readonly blur: {image: number[]; cases: {sigma: number; blurred: number[]}[]};
  readonly cropDistributions: (Shares & {size: [number, number]; area: [number, number]; aspect: [number, number]})[];
  readonly streams: {key: [number, ...number[]]; uniform: number[]}[];
}

export const values = golden(import.meta.url, 'augment') as Golden;

export const HEIGHT = 12;
export const WIDTH = 10;

/** Golden values are rounded to 5 decimals, and torch computes them in single precision. */
export const FLOAT_TOLERANCE = {atol: 2e-5, rtol: 0};
