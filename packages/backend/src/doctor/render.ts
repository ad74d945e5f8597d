import {wasmCost} from '../platform.js';
import {formatSeconds} from '../set-up/phases.js';
import type {Origin} from '../set-up/stamp.js';
import type {Problem} from './diagnose.js';
import type {Facts} from './facts.js';

const origins: Readonly<Record<Origin, string>> = {
  'named-directory': 'from the directory that CONTRASTIVE_TENSORFLOW named',
  installed: 'as it was found',
  wheel: "from TensorFlow's Python wheel",
  installer: "from the package's own installer",
};

const width = 15;

const section = (title: string, rows: readonly (readonly [label: string, value: string | undefined])[]): string[] => [
  title,
  ...rows.map(([label, value]) => `  ${label.padEnd(width)}${value ?? 'not found'}`),
  '',
];

function megabytes(bytes: number): string {
  return bytes < 1e6 ? 'empty' : `${Math.round(bytes / 1e6)} MB`;
}

function tensorflowRow({native, noNative}: Facts): string {
  const loaded = native?.loaded;
  if (loaded === undefined) {
    return `not in use: ${noNative ?? (native === undefined ? 'not installed' : 'does not load')}`;
  }
  const origin = native?.origin === undefined ? '' : `, ${origins[native.origin]}`;
  return `${loaded.version} on the ${loaded.device.toUpperCase()}${origin}; starts in ${formatSeconds(loaded.seconds)}`;
}

/** Our kernels are for the processor: beside a GPU they rest. */
function kernelsRow({native, environment}: Facts): string {
  if (native?.loaded === undefined) return 'not in use';
  if (native.kernelsFailure !== undefined) return `not in use: ${native.kernelsFailure}`;
  if (environment.CONTRASTIVE_KERNELS === 'off') return 'not in use: CONTRASTIVE_KERNELS is off';
  return native.loaded.device === 'gpu' ? 'not in use beside a GPU' : 'in use (convolutions, SGD)';
}

/** Writes the report of the doctor: what was found, then what is wrong with advice. */
export function render(facts: Facts, problems: readonly Problem[]): string {
  const {packages, native, processor, tools, cache, environment} = facts;
  const set = Object.entries(environment)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.padEnd(24), value ?? ''] as const);
  const libraries = [...new Set(Object.values(packages).map(installed => installed?.version ?? 'incomplete'))].join(
    ', ',
  );
  const lines = [
    `contrastive-backend ${facts.version}`,
    '',
    ...section('Machine', [
      ['Node', `${facts.node} on ${facts.platform}${facts.glibc === undefined ? '' : `, glibc ${facts.glibc}`}`],
      ['Processor', `${processor.model}, ${processor.threads} threads`],
      [
        'Instructions',
        processor.instructions === undefined ? 'unknown' : processor.instructions.join(', ') || 'no AVX2',
      ],
      ['NVIDIA GPU', facts.gpus.length === 0 ? 'none' : facts.gpus.join(', ')],
    ]),
    ...section('TensorFlow', [
      ['Native', tensorflowRow(facts)],
      [
        'Its package',
        native === undefined
          ? undefined
          : `@tensorflow/tfjs-node-gpu ${native.package.version}, ${native.package.directory}`,
      ],
      ['Own kernels', kernelsRow(facts)],
      ['TensorFlow.js', libraries],
    ]),
    ...section('For the set-up', [
      ['Python', tools.python === undefined ? undefined : `${tools.python}, ${tools.pip ?? 'no pip'}`],
      ['Compiler', tools.compiler],
      ['Cache', `${cache.directory}, ${cache.silent ? 'no answer' : megabytes(cache.bytes)}`],
    ]),
    ...(set.length > 0 ? section('Environment', set) : []),
  ];
  if (problems.length === 0) {
    const verdict =
      native?.loaded === undefined
        ? `All is in order for wasm, which is about ${wasmCost} × slower than native TensorFlow.`
        : `All is in order: useBackend() takes native TensorFlow on the ${native.loaded.device.toUpperCase()}.`;
    return [...lines, `✓ ${verdict}`, ''].join('\n');
  }
  const count = problems.length === 1 ? 'One thing needs care' : `${problems.length} things need care`;
  return [
    ...lines,
    `✗ ${count}:`,
    ...problems.flatMap(({problem, advice}) => [`  • ${problem}`, `    ${advice}`]),
    '',
  ].join('\n');
}
