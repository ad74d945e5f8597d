/**
 * Says of one image why it cannot be used; the message is that reason, without the image's path. Thrown by what reads
 * and decodes it, reported by `views`.
 */
export class BadImageError extends Error {
  override readonly name = 'BadImageError';
}
