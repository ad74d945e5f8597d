// The transforms of minimal filtering F(2×2, 3×3): sixteen planes of a tile each, so many floats apart.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

#include "convolution.h"
#include "vectors.h"

namespace contrastive {
namespace {

constexpr long line =
    16;  // floats of a cache line: planes are shifted by one, or all sixteen would fall on the same set of the cache

// What lies outside the image.
const float zeros[most_channels] = {};

// The images cut into tiles of 2×2 pixels; the last ones of odd sizes hang over.
struct Tiles {
  long height, width, across, per_image, total;
  explicit Tiles(const ConvolutionShape& s)
      : height(s.height),
        width(s.width),
        across((s.width + 1) / 2),
        per_image((s.height + 1) / 2 * across),
        total(s.batch * per_image) {}
};

// Walks the tiles from one on, without a division each.
struct Place {
  const Tiles& tiles;
  long image, top, left;
  Place(const Tiles& all, long tile)
      : tiles(all),
        image(tile / all.per_image),
        top(tile % all.per_image / all.across * 2),
        left(tile % all.per_image % all.across * 2) {}
  void advance() {
    left += 2;
    if (left < tiles.width) return;
    left = 0;
    top += 2;
    if (top < tiles.height) return;
    top = 0;
    image++;
  }
  // Number of the pixel at the tile's top left, among all of the batch.
  long pixel() const { return (image * tiles.height + top) * tiles.width + left; }
};

// B'dB
template <class Get, class Put>
inline void transform_input(Get get, Put put) {
  Vec t[4][4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    const Vec d0 = get(0, j), d1 = get(1, j), d2 = get(2, j), d3 = get(3, j);
    t[0][j] = d0 - d2;
    t[1][j] = d1 + d2;
    t[2][j] = d2 - d1;
    t[3][j] = d1 - d3;
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    put(4 * i, t[i][0] - t[i][2]);
    put(4 * i + 1, t[i][1] + t[i][2]);
    put(4 * i + 2, t[i][2] - t[i][1]);
    put(4 * i + 3, t[i][1] - t[i][3]);
  }
}

void input_planes(const Tiles& tiles, const float* x, long channels, long first, long count, float* planes,
                  long plane) {
  Place place(tiles, first);
  const long row = tiles.width * channels;
  for (long t = 0; t < count; t++, place.advance()) {
    const float* corner = x + place.pixel() * channels - row - channels;
    float* out = planes + t * channels;
    const auto put = [=](long c) { return [=](int p, Vec v) { store(out + p * plane + c, v); }; };
    if (place.top > 0 && place.left > 0 && place.top + 2 < tiles.height && place.left + 2 < tiles.width) {
      for (long c = 0; c < channels; c += lanes) {
        transform_input([=](int i, int j) { return load(corner + i * row + j * channels + c); }, put(c));
      }
      continue;
    }
    const float* pixel[4][4];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        const long y = place.top + i - 1, c = place.left + j - 1;
        pixel[i][j] = y >= 0 && y < tiles.height && c >= 0 && c < tiles.width ? corner + i * row + j * channels : zeros;
      }
    }
    for (long c = 0; c < channels; c += lanes)
      transform_input([&](int i, int j) { return load(pixel[i][j] + c); }, put(c));
  }
}

// A'mA, to the pixels that exist.
void output_pixels(const Tiles& tiles, const float* planes, long plane, long channels, long first, long count,
                   float* y) {
  Place place(tiles, first);
  for (long t = 0; t < count; t++, place.advance()) {
    const bool below = place.top + 1 < tiles.height, beside = place.left + 1 < tiles.width;
    float* out = y + place.pixel() * channels;
    const float* in = planes + t * channels;
    for (long c = 0; c < channels; c += lanes) {
      Vec s[2][4];
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++) {
        const Vec m0 = load(in + j * plane + c), m1 = load(in + (4 + j) * plane + c),
                  m2 = load(in + (8 + j) * plane + c), m3 = load(in + (12 + j) * plane + c);
        s[0][j] = m0 + m1 + m2;
        s[1][j] = m1 - m2 - m3;
      }
      store(out + c, s[0][0] + s[0][1] + s[0][2]);
      if (beside) store(out + channels + c, s[0][1] - s[0][2] - s[0][3]);
      if (below) store(out + tiles.width * channels + c, s[1][0] + s[1][1] + s[1][2]);
      if (below && beside) store(out + (tiles.width + 1) * channels + c, s[1][1] - s[1][2] - s[1][3]);
    }
  }
}

// A dy A', zeros where no pixel exists.
void gradient_planes(const Tiles& tiles, const float* dy, long channels, long first, long count, float* planes,
                     long plane) {
  Place place(tiles, first);
  for (long t = 0; t < count; t++, place.advance()) {
    const bool below = place.top + 1 < tiles.height, beside = place.left + 1 < tiles.width;
    const float* p00 = dy + place.pixel() * channels;
    const float* p01 = beside ? p00 + channels : zeros;
    const float* p10 = below ? p00 + tiles.width * channels : zeros;
    const float* p11 = below && beside ? p00 + (tiles.width + 1) * channels : zeros;
    float* out = planes + t * channels;
    for (long c = 0; c < channels; c += lanes) {
      const Vec a = load(p00 + c), b = load(p01 + c), d = load(p10 + c), e = load(p11 + c);
      const Vec left_[4] = {a, a + d, a - d, -d}, right_[4] = {b, b + e, b - e, -e};
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) {
        store(out + (4 * i) * plane + c, left_[i]);
        store(out + (4 * i + 1) * plane + c, left_[i] + right_[i]);
        store(out + (4 * i + 2) * plane + c, left_[i] - right_[i]);
        store(out + (4 * i + 3) * plane + c, -right_[i]);
      }
    }
  }
}

// GgG'
template <class Get, class Put>
inline void transform_filter(Get get, Put put) {
  Vec t[4][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; j++) {
    const Vec g0 = get(0, j), g1 = get(1, j), g2 = get(2, j), even = (g0 + g2) * 0.5f, odd = g1 * 0.5f;
    t[0][j] = g0;
    t[1][j] = even + odd;
    t[2][j] = even - odd;
    t[3][j] = g2;
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const Vec even = (t[i][0] + t[i][2]) * 0.5f, odd = t[i][1] * 0.5f;
    put(4 * i, t[i][0]);
    put(4 * i + 1, even + odd);
    put(4 * i + 2, even - odd);
    put(4 * i + 3, t[i][2]);
  }
}

}  // namespace
}  // namespace contrastive
