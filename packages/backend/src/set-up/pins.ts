/** The version of TensorFlow that is set up. */
export const tensorflowVersion = '2.21.0';

/**
 * The Python that the wheel is asked for; which Python the user has does not matter, since only libraries and headers
 * are taken from it.
 */
export const wheelPython = '3.11';

/** The pinned wheel for the CPU. */
export const cpuWheel = {
  requirement: `tensorflow-cpu==${tensorflowVersion}`,
  platform: 'manylinux_2_27_x86_64',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  /** Bytes of the wheel and of what is taken from it. */
  bytes: 274e6,
  unpackedBytes: 854e6,
} as const;

/** The wheel for NVIDIA GPUs and, by its extra, the CUDA libraries; pip checks them against the hashes of its index. */
export const gpuWheel = {
  requirement: `tensorflow[and-cuda]==${tensorflowVersion}`,
  /** TensorFlow's own tag first; the CUDA libraries are built for older ones. */
  platforms: [
    'manylinux_2_27_x86_64',
    'manylinux_2_28_x86_64',
    'manylinux_2_17_x86_64',
    'manylinux2014_x86_64',
    'manylinux2010_x86_64',
    'manylinux1_x86_64',
  ],
  /** Bytes needed while it is installed: the wheels and their contents. */
  bytes: 9e9,
} as const;

/** The libraries that the addon is linked against, in a Python wheel. */
export const wheelLibraries = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'] as const;

/** The headers that the addon includes, directly or not, in a Python wheel. */
export const wheelHeaders: readonly string[] = [
  ...[
    'c_api',
    'c_api_macros',
    'tf_attrtype',
    'tf_buffer',
    'tf_datatype',
    'tf_status',
    'tf_tensor',
    'tf_tstring',
    'eager/c_api',
  ].map(name => `tensorflow/c/${name}.h`),
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
].map(name => `tensorflow/include/${name}`);
