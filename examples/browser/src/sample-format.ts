/**
 * The bundled images, which the build puts beside the page: so many grey ones, a byte a pixel, then a byte for the
 * class of each.
 */
export const SAMPLE = {
  file: 'fashion-mnist.bin',
  licence: 'fashion-mnist-license.txt',
  count: 1000,
  side: 28,
  classNames: [
    ...['T-shirt', 'trousers', 'pullover', 'dress', 'coat'],
    ...['sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'],
  ],
} as const;
