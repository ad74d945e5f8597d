/** A handle of MPI as koffi takes it: an integer of MPICH, an address of Open MPI. */
type Handle = number | bigint;

/** How a library's constants are, which its header has and its binary has not. */
export interface Abi {
  /** The C type of a handle. */
  readonly handle: 'int' | 'uintptr_t';
  readonly world: Handle;
  readonly float: Handle;
  readonly double: Handle;
  readonly byte: Handle;
  readonly sum: Handle;
  readonly max: Handle;
  readonly noInfo: Handle;
  readonly errorsReturn: Handle;
  /** `MPI_COMM_TYPE_SHARED`. */
  readonly sharedMemory: number;
  /** `MPI_IN_PLACE`. */
  readonly inPlace: number;
  /** `MPI_STATUS_IGNORE`. */
  readonly ignoreStatus: number;
}

/** Of MPICH and all that keep its binary interface, from its `mpi.h`. */
export const mpich: Abi = {
  handle: 'int',
  world: 0x44000000,
  float: 0x4c00040a,
  double: 0x4c00080b,
  byte: 0x4c00010d,
  sum: 0x58000003,
  max: 0x58000001,
  noInfo: 0x1c000000,
  errorsReturn: 0x54000001,
  sharedMemory: 1,
  inPlace: -1,
  ignoreStatus: 1,
};

/** Of Open MPI, whose handles are the addresses of globals of its library. */
export const openMpi = (addressOf: (name: string) => bigint): Abi => ({
  handle: 'uintptr_t',
  world: addressOf('ompi_mpi_comm_world'),
  float: addressOf('ompi_mpi_float'),
  double: addressOf('ompi_mpi_double'),
  byte: addressOf('ompi_mpi_byte'),
  sum: addressOf('ompi_mpi_op_sum'),
  max: addressOf('ompi_mpi_op_max'),
  noInfo: addressOf('ompi_mpi_info_null'),
  errorsReturn: addressOf('ompi_mpi_errors_return'),
  sharedMemory: 0,
  inPlace: 1,
  ignoreStatus: 0,
});
