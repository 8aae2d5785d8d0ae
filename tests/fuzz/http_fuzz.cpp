// Any bytes, in any pieces: the HTTP readers come to the same result, and leave the same rest.
#include <string>
#include <tuple>

#include "sim/wire/http.hpp"
#include "tests/fuzz/pieces.hpp"

using namespace gauntlet;
using namespace gauntlet::sim::wire;

namespace {

template <class Reader>
auto read(Reader& reader, std::string_view bytes, std::size_t piece_bytes) {
  Progress progress = Progress::more;
  std::size_t taken = 0;
  fuzz::in_pieces(bytes, piece_bytes, [&](std::span<char> piece) {
    const std::size_t size = piece.size();
    progress = reader.feed(piece);
    taken += size - piece.size();
    return progress == Progress::more;
  });
  return std::pair{progress, progress == Progress::bad ? 0 : taken};
}

void try_requests(std::string_view bytes, std::size_t piece_bytes) {
  RequestReader whole;
  RequestReader cut;
  const auto result = read(whole, bytes, bytes.size());
  fuzz::demand(result == read(cut, bytes, piece_bytes));
  if (result.first != Progress::done) return;
  const auto all_of = [](const RequestReader& r) {
    return std::tuple{r.method(), r.path(), r.query(), r.bearer(), r.body(), r.upgrade_nonce()};
  };
  fuzz::demand(all_of(whole) == all_of(cut));
}

void try_replies(std::string_view bytes, std::size_t piece_bytes) {
  ReplyReader whole;
  ReplyReader cut;
  const auto result = read(whole, bytes, bytes.size());
  fuzz::demand(result == read(cut, bytes, piece_bytes));
  if (result.first == Progress::more) fuzz::demand(whole.finish() == cut.finish());
  fuzz::demand(whole.status() == cut.status());
  if (result.first == Progress::done) fuzz::demand(whole.body() == cut.body());
  whole.accepts("dGhlIHNhbXBsZSBub25jZQ==");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes = fuzz::as_text(data + 1, size - 1);
  const std::size_t piece_bytes = 1U + data[0] % 64U;
  try_requests(bytes, piece_bytes);
  try_replies(bytes, piece_bytes);
  return 0;
}
