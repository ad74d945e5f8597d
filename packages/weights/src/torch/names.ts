import type {Dtype} from '@contrastive/safetensors';

/** Torch's types of numbers by the names of its storages, which begin with them. */
const storages: Readonly<Record<string, Dtype | undefined>> = {
  Double: 'F64',
  Float: 'F32',
  Half: 'F16',
  BFloat16: 'BF16',
  Long: 'I64',
  Int: 'I32',
  Short: 'I16',
  Char: 'I8',
  Byte: 'U8',
  Bool: 'BOOL',
  ComplexDouble: undefined,
  ComplexFloat: undefined,
  QUInt8: undefined,
  QInt8: undefined,
  QInt32: undefined,
  QUInt4x2: undefined,
  QUInt2x4: undefined,
};

/** The type of the numbers of each storage, undefined where we have none; those without a type are bytes. */
export const storageTypes: ReadonlyMap<string, Dtype | undefined> = new Map([
  ...Object.entries(storages).map(([name, dtype]) => [`torch.${name}Storage`, dtype] as const),
  ...['torch.storage.UntypedStorage', 'torch.UntypedStorage'].map(name => [name, 'U8'] as const),
]);

/** Torch's names of types of numbers. */
export const dtypes: ReadonlyMap<string, Dtype | undefined> = new Map<string, Dtype | undefined>([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint8', 'U8'],
  ['torch.uint16', 'U16'],
  ['torch.uint32', 'U32'],
  ['torch.uint64', 'U64'],
  ['torch.bool', 'BOOL'],
  ['torch.float8_e4m3fn', 'F8_E4M3'],
  ['torch.float8_e5m2', 'F8_E5M2'],
  ['torch.complex64', undefined],
  ['torch.complex128', undefined],
]);

/** Classes whose items are those of a dictionary. */
export const dictionaries: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  'pytorch_lightning.utilities.parsing.AttributeDict',
  'lightning.pytorch.utilities.parsing.AttributeDict',
  'lightning_fabric.utilities.data.AttributeDict',
  'lightning.fabric.utilities.data.AttributeDict',
]);

/** Classes of sets. */
export const sets: ReadonlySet<string> = new Set(['builtins.set', 'builtins.frozenset']);

const of = (module: string, ...names: readonly string[]): readonly string[] => names.map(name => `${module}.${name}`);

const paths = ['Path', 'PurePath', 'PosixPath', 'PurePosixPath', 'WindowsPath', 'PureWindowsPath'];

/** What trainers leave in checkpoints and no weight needs: it becomes a placeholder. */
export const leftovers: ReadonlySet<string> = new Set([
  ...of('argparse', 'Namespace'),
  ...of('builtins', 'dict', 'list', 'tuple', 'int', 'float', 'str', 'bool', 'complex', 'bytearray', 'slice', 'object'),
  ...of('datetime', 'datetime', 'date', 'time', 'timedelta', 'timezone'),
  ...of('pathlib', ...paths),
  ...of('pathlib._local', ...paths),
  ...of('typing', 'Any'),
  ...of('omegaconf.dictconfig', 'DictConfig'),
  ...of('omegaconf.listconfig', 'ListConfig'),
  ...of('omegaconf.base', 'ContainerMetadata', 'Metadata', 'Container', 'Node'),
  ...of('omegaconf.nodes', 'AnyNode', 'StringNode', 'IntegerNode', 'FloatNode', 'BooleanNode', 'PathNode', 'BytesNode'),
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap(module => of(module, 'scalar', '_reconstruct')),
  ...of('numpy', 'dtype', 'ndarray', 'bool', 'bool_', 'float16', 'float32', 'float64'),
  ...of('numpy', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'str_'),
  ...of('numpy.dtypes', 'BoolDType', 'Float16DType', 'Float32DType', 'Float64DType', 'Int32DType', 'Int64DType'),
  ...of('pytorch_lightning.callbacks.model_checkpoint', 'ModelCheckpoint'),
  ...of('pytorch_lightning.callbacks.early_stopping', 'EarlyStopping'),
  ...of('torch', 'device', 'Tensor', 'strided', ...['preserve_format', 'contiguous_format', 'channels_last']),
  ...of('torch.nn.parameter', 'Parameter'),
  ...of('torch.serialization', '_get_layout'),
]);

/** Modules that Python 2 calls otherwise, which pickles of protocol 2 still say. */
const renamed: Readonly<Record<string, string>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  commands: 'subprocess',
};

/** Classes that Python 3 has under another name. */
const replaced: Readonly<Record<string, string>> = {
  'builtins.long': 'builtins.int',
  'builtins.unicode': 'builtins.str',
};

/** The full name of a class or function, as Python 3 has it. */
export function fullName(module: string, name: string): string {
  const full = `${Object.hasOwn(renamed, module) ? renamed[module] : module}.${name}`;
  return Object.hasOwn(replaced, full) ? replaced[full] : full;
}
