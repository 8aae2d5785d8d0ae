// Any bytes, in any pieces: the HTTP readers take the same message, and leave the same rest. How
// soon they refuse broken chunks may differ: by the first byte of a line, or once the line is
// whole.
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
  return std::pair{progress, taken};
}

template <class Reader>
void try_both(std::string_view bytes, std::size_t piece_bytes, auto&& content_of) {
  Reader whole;
  Reader cut;
  const auto [progress, taken] = read(whole, bytes, bytes.size());
  const auto [cut_progress, cut_taken] = read(cut, bytes, piece_bytes);
  fuzz::demand((progress == Progress::done) == (cut_progress == Progress::done));
  if (progress != Progress::done) return;
  fuzz::demand(taken == cut_taken && content_of(whole) == content_of(cut));
}

auto content_of_request(const RequestReader& r) {
  return std::tuple{r.method(), r.path(), r.query(), r.bearer(), r.body(), r.upgrade_nonce()};
}

auto content_of_reply(const ReplyReader& r) {
  return std::tuple{r.status(), r.body(), r.accepts("dGhlIHNhbXBsZSBub25jZQ==")};
}

// A stream that ends: whatever was read may be asked for.
void try_finish(std::string_view bytes) {
  ReplyReader reader;
  if (read(reader, bytes, bytes.size()).first == Progress::more) reader.finish();
  content_of_reply(reader);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes = fuzz::as_text(data + 1, size - 1);
  const std::size_t piece_bytes = 1U + data[0] % 64U;
  try_both<RequestReader>(bytes, piece_bytes, content_of_request);
  try_both<ReplyReader>(bytes, piece_bytes, content_of_reply);
  try_finish(bytes);
  return 0;
}
