/** How DATA is spelled, for `--help`. */
export const dataHelp = `DATA is one of
  a folder of images, whose folders are classes where no image lies beside them
  'shards-{000..009}.tar'   WebDataset shards; pretrain and embed read those packed by gzip too
  a file or folder of .parquet, as Hugging Face's datasets writes them
  fashion-mnist             the bundled images
  mnist:DIR, cifar10:DIR, cifar100:DIR, fashion-mnist:DIR`;
