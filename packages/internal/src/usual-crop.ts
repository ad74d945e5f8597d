/** Part of an image's shorter side that evaluation shows of it at this size, where nobody says: all up to 32 pixels. */
export const usualCrop = (size: number): number => (size > 32 ? 0.875 : 1);
