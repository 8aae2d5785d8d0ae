#include "sim/target/pin_hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace gauntlet::sim {

std::string draw_pin(std::uint32_t length, Stream& random) {
  std::string pin;
  for (std::uint32_t i = 0; i < length; ++i)
    pin += static_cast<char>('0' + static_cast<int>(random.below(10)));
  return pin;
}

PinHash::PinHash(std::string_view pin, std::uint32_t rounds, Stream& random)
    : rounds_{
          static_cast<int>(std::clamp<std::uint32_t>(rounds, 1, std::numeric_limits<int>::max()))} {
  std::ranges::generate(salt_, [&] { return static_cast<unsigned char>(random.below(256)); });
  usable_ = derive(pin, digest_);
}

bool PinHash::matches(std::string_view pin) const {
  Digest digest{};
  return usable_ && derive(pin, digest) &&
         CRYPTO_memcmp(digest.data(), digest_.data(), kBytes) == 0;
}

bool PinHash::derive(std::string_view pin, Digest& digest) const {
  if (!std::in_range<int>(pin.size())) return false;
  return PKCS5_PBKDF2_HMAC(pin.data(), static_cast<int>(pin.size()), salt_.data(),
                           static_cast<int>(salt_.size()), rounds_, EVP_sha256(),
                           static_cast<int>(kBytes), digest.data()) == 1;
}

}  // namespace gauntlet::sim
