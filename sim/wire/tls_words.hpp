// What OpenSSL complains of, as a clause for a person: about the other end, which is "it".
#pragma once

#include <string>

struct x509_store_ctx_st;

namespace gauntlet::sim::wire {

/// What this thread's error queue began with, in OpenSSL's own words: a cause, not its consequence.
std::string first_tls_error();

/// Why a chain of certificates was not believed: "its certificate expired on 2026-01-31".
std::string why_distrusted(x509_store_ctx_st* chain);

/// Why a connection broke, by this thread's error queue: "it does not speak TLS".
std::string why_broken();

}  // namespace gauntlet::sim::wire
