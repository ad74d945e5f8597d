export type {Benchmark, BenchmarkName, LabelMatrix} from './benchmarks/benchmark.js';
export {openBenchmark, type OpenBenchmarkOptions} from './benchmarks/open-benchmark.js';
export {cifar10, cifar100, type Cifar10Options, type Cifar100Options} from './cifar.js';
export {contactSheet, type ContactSheetOptions} from './contact-sheet.js';
export {fashionMnist, type FashionMnistOptions} from './fashion-mnist.js';
export {imageFolder, type ImageFolderOptions} from './image-folder.js';
export {mnist, type MnistOptions} from './mnist.js';
export {parquet, type ParquetOptions} from './parquet/parquet.js';
export {webDataset, type WebDatasetOptions} from './web-dataset.js';
