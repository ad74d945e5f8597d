import {golden} from '@contrastive/testing';
import type {
  ColorJitterForm,
  ColorJitterParams,
  Crop,
  GaussianBlurOptions,
  Interpolation,
  Normalization,
  Pixels,
  RandomResizedCropOptions,
  SolarizeOptions,
  ViewParams,
} from '../src/index.js';

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
  readonly centralCrops: {
    size: [height: number, width: number];
    aspect: [number, number];
    box: [top: number, left: number, height: number, width: number];
  }[];
  readonly streams: {key: [number, ...number[]]; uniform: number[]}[];
}

export const values = golden(import.meta.url, 'augment') as Golden;

export const HEIGHT = 12;
export const WIDTH = 10;

/** Golden values are rounded to 5 decimals, and torch computes them in single precision. */
export const FLOAT_TOLERANCE = {atol: 2e-5, rtol: 0};

/** A picture like a photograph, `[height, width, 3]`. */
interface Picture {
  readonly size: [height: number, width: number];
  /** Its bytes in base64. */
  readonly pixels: string;
  /** Of so many numbers of a result in `floats` there is one. */
  readonly stride: number;
}

/** What others make of the picture. */
interface Results {
  /** Every `stride`-th number by torchvision on floats, in single precision and base64. */
  readonly floats?: string;
  /** All bytes by torchvision's functions on a PIL image, in base64. */
  readonly pillow?: string;
  /** How far the two lie apart, in 1/255: mean and greatest difference. */
  readonly apart?: [mean: number, greatest: number];
}

export type PhotoCase = Results &
  (
    | {readonly operation: 'crop'; readonly options: RandomResizedCropOptions; readonly params: Crop}
    | {readonly operation: 'colorJitter'; readonly options: object; readonly params: ColorJitterParams}
    | {readonly operation: 'gaussianBlur'; readonly options: GaussianBlurOptions; readonly params: number}
    | {readonly operation: 'solarize'; readonly options: SolarizeOptions; readonly params: boolean}
    | {readonly operation: 'normalize'; readonly options: Normalization; readonly params: null}
    | {readonly operation: 'flip' | 'grayscale'; readonly options: object; readonly params: boolean}
  );

/** Every step of a policy with the given parameters, one after the other. */
export interface PolicyCase extends Required<Results> {
  readonly policy: 'mocoV1' | 'mocoV2';
  readonly params: ViewParams;
}

/** The shape of golden/photo.json, which scripts/golden/augment-photo.py writes. */
export const photo = golden(import.meta.url, 'photo') as Picture & {
  readonly cases: PhotoCase[];
  readonly policies: PolicyCase[];
};

/** Parts of the values that are at most `at`. */
interface Table {
  readonly at: number[];
  readonly share: number[];
}

/**
 * The shape of golden/tensorflow.json, which scripts/golden/augment-tensorflow.py writes: the same picture, by
 * TensorFlow as in SimCLR's code.
 */
export const tensorflow = golden(import.meta.url, 'tensorflow') as Picture & {
  readonly jitters: {form: ColorJitterForm; params: ColorJitterParams; floats: string}[];
  readonly grayscale: string;
  readonly blurs: {kernelSize: number; params: number; floats: string}[];
  readonly draws: number;
  readonly crops: (Record<'top' | 'left' | 'height' | 'width' | 'area', Table> & {
    size: [height: number, width: number];
    correlation: number;
  })[];
};

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** The picture as bytes. */
export const pixels: Pixels = {data: bytes(photo.pixels), height: photo.size[0], width: photo.size[1], channels: 3};

/** What the golden files hold of an image in floats. */
export const strided = (image: ArrayLike<number>): number[] =>
  Array.from(image).filter((_, i) => i % photo.stride === 0);
