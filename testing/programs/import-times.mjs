/**
 * How long a ResNet-50 takes from a safetensors file into the network, and how much memory, beside Python with PyTorch
 * and safetensors, which reads every tensor and lays it out as TensorFlow does:
 * `node testing/programs/import-times.mjs`.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {useBackend} from '@contrastive/backend';
import {resnet50} from '@contrastive/resnet';
import {exportEncoder, importEncoder} from '@contrastive/weights/node';

const turns = 7;
const [task = '', folder = ''] = process.argv.slice(2);

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const text = values =>
  `median ${Math.round(median(values))} ms of ${values.length} (${Math.round(Math.min(...values))} to ` +
  `${Math.round(Math.max(...values))})`;
const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1e3;

const python = `
import sys, time
import numpy
from safetensors import safe_open

def read():
    begin = time.perf_counter()
    made = {}
    with safe_open(sys.argv[1], "pt") as file:
        for name in file.keys():
            tensor = file.get_tensor(name)
            made[name] = tensor.permute(2, 3, 1, 0).contiguous() if tensor.ndim == 4 else tensor.clone()
    return 1000 * (time.perf_counter() - begin)

print(*[read() for _ in range(${turns})])
`;

const tasks = {
  async write() {
    await useBackend();
    await exportEncoder(resnet50({inputShape: [null, null, 3], seed: 1}), join(folder, 'weights'), {
      format: 'safetensors',
    });
  },
  async read() {
    await useBackend();
    const before = peak();
    const times = [];
    for (let turn = 0; turn < turns; turn++) {
      const begin = performance.now();
      const {encoder} = await importEncoder(join(folder, 'weights'));
      times.push(performance.now() - begin);
      if (turn === 0) {
        const size = statSync(join(folder, 'weights', 'model.safetensors')).size / 1e6;
        console.log(`A file of ${size.toFixed(0)} MB: ${(peak() - before).toFixed(0)} MB of memory the first time`);
      }
      encoder.dispose();
    }
    console.log(`importEncoder: first ${Math.round(times[0])} ms, ${text(times.slice(1))}`);
  },
};

if (task !== '') await tasks[task]();
else {
  const root = mkdtempSync(join(tmpdir(), 'import-times-'));
  try {
    for (const each of Object.keys(tasks))
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), each, root], {stdio: 'inherit'});
    const interpreter = process.env.CONTRASTIVE_PYTHON ?? 'python3';
    const peer = spawnSync(interpreter, ['-c', python, join(root, 'weights', 'model.safetensors')], {encoding: 'utf8'});
    if (peer.status === 0) {
      const times = peer.stdout.trim().split(' ').map(Number);
      console.log(`Python: first ${Math.round(times[0])} ms, ${text(times.slice(1))}`);
    } else console.log('Python: no PyTorch with safetensors; CONTRASTIVE_PYTHON names one that has them');
  } finally {
    rmSync(root, {recursive: true});
  }
}
