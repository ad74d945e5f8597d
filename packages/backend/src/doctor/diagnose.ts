import {reasonOf} from '@contrastive/internal';
import {convolutionsFromEnvironment, kernelsFromEnvironment} from '../native/load-kernels.js';
import {backendFromEnvironment} from '../platform.js';
import {findTensorflow} from '../set-up/tensorflow-layout.js';
import type {Facts} from './facts.js';

/** Something that keeps training from running, or from running as fast as it could. */
export interface Problem {
  /** What is wrong. */
  readonly problem: string;
  /** What to do. */
  readonly advice: string;
}

const setUpAdvice = 'Run `npx contrastive-backend setup`.';

/** What is missing for a set-up from TensorFlow's wheel; matters only while there is no native TensorFlow. */
function missingTools({tools}: Facts): Problem[] {
  const {python, pip, compiler} = tools;
  return [
    ...(python === undefined
      ? [
          {
            problem: 'There is no python3 on the PATH; the set-up needs it.',
            advice: 'On Debian and Ubuntu: apt install python3-pip.',
          },
        ]
      : []),
    ...(python !== undefined && pip === undefined
      ? [{problem: 'Python has no pip; the set-up needs it.', advice: 'On Debian and Ubuntu: apt install python3-pip.'}]
      : []),
    ...(compiler === undefined
      ? [
          {
            problem: 'There is no C++ compiler on the PATH; the set-up needs one.',
            advice: 'On Debian and Ubuntu: apt install g++.',
          },
        ]
      : []),
  ];
}

function nativeProblems(facts: Facts): Problem[] {
  const {native, noNative, gpus, packages, coreOfNative} = facts;
  if (noNative !== undefined) {
    return [];
  }
  if (native === undefined) {
    return [
      {problem: 'Native TensorFlow is not set up yet, so programs run on wasm.', advice: setUpAdvice},
      ...missingTools(facts),
    ];
  }
  if (native.loaded === undefined) {
    return [
      {problem: `Native TensorFlow does not load: ${native.failure ?? 'for no known reason'}`, advice: setUpAdvice},
      ...missingTools(facts),
    ];
  }
  const problems: Problem[] = [];
  if (native.loaded.device === 'cpu' && gpus.length > 0) {
    const said = native.loaded.messages.split('\n')[0] ?? '';
    problems.push({
      problem: `TensorFlow does not use the GPU${said === '' ? '' : `: ${said}`}.`,
      advice:
        'Run `npx contrastive-backend setup`, which gets the build for GPUs, and look at the driver (nvidia-smi).',
    });
  }
  const core = packages['tfjs-core'];
  if (core !== undefined && coreOfNative !== undefined && core.directory !== coreOfNative) {
    problems.push({
      problem:
        `There are two tfjs-core: ${core.directory} and ${coreOfNative}. The native backend registers with the ` +
        'second, your code computes with the first.',
      advice:
        `Make every @tensorflow package of your project the same version as ${native.package.version}, so that one ` +
        'copy remains.',
    });
  }
  return problems;
}

function packageProblems({packages}: Facts): Problem[] {
  const missing = Object.entries(packages)
    .filter(([, installed]) => installed === undefined)
    .map(([name]) => `@tensorflow/${name}`);
  const versions = new Set(
    Object.values(packages)
      .map(installed => installed?.version)
      .filter(version => version !== undefined),
  );
  return [
    ...(missing.length > 0 ? [{problem: `Not installed: ${missing.join(', ')}.`, advice: setUpAdvice}] : []),
    ...(versions.size > 1
      ? [
          {
            problem: `The packages of TensorFlow.js have different versions (${[...versions].join(', ')}).`,
            advice: 'Make them the same version in your package.json.',
          },
        ]
      : []),
  ];
}

function environmentProblems({environment, cache}: Facts): Problem[] {
  const problems: Problem[] = [];
  for (const [name, read] of Object.entries({
    CONTRASTIVE_BACKEND: backendFromEnvironment,
    CONTRASTIVE_CONVOLUTIONS: convolutionsFromEnvironment,
    CONTRASTIVE_KERNELS: kernelsFromEnvironment,
  })) {
    try {
      read();
    } catch (error) {
      problems.push({problem: reasonOf(error), advice: `Unset ${name}, or name one of these.`});
    }
  }
  const named = environment.CONTRASTIVE_TENSORFLOW ?? '';
  if (named !== '' && findTensorflow(named) === undefined) {
    problems.push({
      problem: `CONTRASTIVE_TENSORFLOW names ${named}, which does not hold TensorFlow's C library with its headers.`,
      advice: "Name an unpacked libtensorflow archive or a Python environment's site-packages, or unset it.",
    });
  }
  if (environment.TF_ENABLE_ONEDNN_OPTS === '0') {
    problems.push({
      problem: 'TF_ENABLE_ONEDNN_OPTS=0 makes training slower, and take more memory.',
      advice: 'Unset it.',
    });
  }
  if (cache.silent) {
    problems.push({
      problem: `The cache ${cache.directory} does not answer.`,
      advice: 'Look at the drive that it is on, or name another directory with CONTRASTIVE_CACHE.',
    });
  }
  if (cache.leftovers.length > 0) {
    problems.push({
      problem: `An interrupted set-up left ${cache.leftovers.join(', ')} in the cache.`,
      advice: 'The next set-up removes it; one may also be at work right now.',
    });
  }
  return problems;
}

function processorProblems({processor, noNative}: Facts): Problem[] {
  const slow = noNative === undefined && processor.instructions?.includes('AVX2') === false;
  return slow
    ? [
        {
          problem: 'The processor has no AVX2: training will be several times slower than usual.',
          advice: 'Use a machine of 2015 or later.',
        },
      ]
    : [];
}

/** Says what is wrong, most important first; nothing where all is in order. */
export function diagnose(facts: Facts): Problem[] {
  return [
    ...packageProblems(facts),
    ...nativeProblems(facts),
    ...environmentProblems(facts),
    ...processorProblems(facts),
  ];
}
