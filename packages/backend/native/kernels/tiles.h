// Images cut into tiles, and the planes of their transforms: one for each of the (m + 2)² points.
// Included by sources that are compiled once for each set of instructions; nothing of the standard library in here,
// lest the linker keep its templates for the wrong one.
#pragma once

#include "convolution.h"
#include "filtering.h"
#include "products.h"

namespace contrastive {
namespace {

// What lies outside the image.
const float zeros[most_channels] = {};

// The images cut into tiles of m×m pixels; the last ones hang over where m does not divide the sizes.
template <int m>
struct Tiles {
  static constexpr int side = m + 2, points = side * side;
  long height, width, across, per_image, total;
  explicit Tiles(const ConvolutionShape& s)
      : height(s.height),
        width(s.width),
        across((s.width + m - 1) / m),
        per_image((s.height + m - 1) / m * across),
        total(s.batch * per_image) {}
};

// Walks the tiles from one on, without a division each.
template <int m>
struct Place {
  const Tiles<m>& tiles;
  long image, top, left;
  Place(const Tiles<m>& all, long tile)
      : tiles(all),
        image(tile / all.per_image),
        top(tile % all.per_image / all.across * m),
        left(tile % all.per_image % all.across * m) {}
  void advance() {
    left += m;
    if (left < tiles.width) return;
    left = 0;
    top += m;
    if (top < tiles.height) return;
    top = 0;
    image++;
  }
  // Number of the pixel at the tile's top left, among all of the batch.
  long pixel() const { return (image * tiles.height + top) * tiles.width + left; }
  bool whole() const { return top + m <= tiles.height && left + m <= tiles.width; }
  // Whether the image has all pixels around the tile too.
  bool inside() const { return top > 0 && left > 0 && top + m < tiles.height && left + m < tiles.width; }
};

// The planes of so many tiles: matrices [tiles][channels] in groups of channels, so many floats apart.
struct Planes {
  float* at;
  long tiles, apart;
  Planes(float* memory, long count, long channels) : at(memory), tiles(count), apart(size(1, count, channels)) {}
  // They are shifted by a line, or all of them would fall on the same set of the cache.
  static long size(long points, long count, long channels) { return points * (count * channels + group); }
  Matrix matrix(long point) const { return {at + point * apart, group, tiles * group}; }
};

// The next tile's new pixels, a line of the cache each: images are too wide for the processor to foresee them.
inline void prefetch(const float* corner, long row, int lines, long floats) {
  for (int i = 0; i < lines; i++) {
    for (long l = 0; l < floats; l += group) __builtin_prefetch(corner + i * row + l);
  }
}

// B'dB
template <int m>
void input_planes(const Tiles<m>& tiles, const float* x, long channels, long first, long count, const Planes& planes,
                  long offset = 0) {
  constexpr int side = Tiles<m>::side;
  Place<m> place(tiles, first);
  const long row = tiles.width * channels;
  for (long t = 0; t < count; t++, place.advance()) {
    const float* corner = x + place.pixel() * channels - row - channels;
    prefetch(corner + side * channels, row, side, m * channels);
    const Matrix to = planes.matrix(0).row(offset + t);
    const auto put = [&](long c) {
      return [at = to.column(c), apart = planes.apart](int i, int j, Vec v) { store(at + (side * i + j) * apart, v); };
    };
    if (place.inside()) {
      for (long c = 0; c < channels; c += lanes) {
        both_ways<side, side, Filtering<m>::input>(
            [=](int i, int j) { return load(corner + i * row + j * channels + c); }, put(c));
      }
      continue;
    }
    const float* pixel[side][side];
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        const long y = place.top + i - 1, c = place.left + j - 1;
        pixel[i][j] = y >= 0 && y < tiles.height && c >= 0 && c < tiles.width ? corner + i * row + j * channels : zeros;
      }
    }
    for (long c = 0; c < channels; c += lanes)
      both_ways<side, side, Filtering<m>::input>([&](int i, int j) { return load(pixel[i][j] + c); }, put(c));
  }
}

// A'mA of some channels, to the pixels that exist.
template <int m>
void output_pixels(const Tiles<m>& tiles, const Planes& planes, long channels, long some, long first, long count,
                   float* y) {
  constexpr int side = Tiles<m>::side;
  Place<m> place(tiles, first);
  const long row = tiles.width * channels;
  for (long t = 0; t < count; t++, place.advance()) {
    float* out = y + place.pixel() * channels;
    const Matrix from = planes.matrix(0).row(t);
    const auto get = [&](long c) {
      return [at = from.column(c), apart = planes.apart](int i, int j) { return load(at + (side * i + j) * apart); };
    };
    if (place.whole()) {
      for (long c = 0; c < some; c += lanes) {
        both_ways<side, m, Filtering<m>::output>(
            get(c), [=](int i, int j, Vec v) { store(out + i * row + j * channels + c, v); });
      }
      continue;
    }
    const long high = tiles.height - place.top, wide = tiles.width - place.left;
    for (long c = 0; c < some; c += lanes) {
      both_ways<side, m, Filtering<m>::output>(get(c), [=](int i, int j, Vec v) {
        if (i < high && j < wide) store(out + i * row + j * channels + c, v);
      });
    }
  }
}

// A dy A', zeros where no pixel exists.
template <int m>
void gradient_planes(const Tiles<m>& tiles, const float* dy, long channels, long first, long count,
                     const Planes& planes, long offset = 0) {
  constexpr int side = Tiles<m>::side;
  Place<m> place(tiles, first);
  const long row = tiles.width * channels;
  for (long t = 0; t < count; t++, place.advance()) {
    const float* corner = dy + place.pixel() * channels;
    prefetch(corner + m * channels, row, m, m * channels);
    const float* pixel[m][m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        const bool exists = place.top + i < tiles.height && place.left + j < tiles.width;
        pixel[i][j] = exists ? corner + i * row + j * channels : zeros;
      }
    }
    const Matrix to = planes.matrix(0).row(offset + t);
    for (long c = 0; c < channels; c += lanes) {
      float* at = to.column(c);
      both_ways<m, side, Filtering<m>::gradient>(
          [&](int i, int j) { return load(pixel[i][j] + c); },
          [=](int i, int j, Vec v) { store(at + (side * i + j) * planes.apart, v); });
    }
  }
}

}  // namespace
}  // namespace contrastive
