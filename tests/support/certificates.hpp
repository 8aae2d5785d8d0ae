// Certificates for tests, made on the spot: PEM files in a folder that goes with the test.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace gauntlet::sim {

/// A certificate and its private key, in one file.
struct Certificate {
  /// Subject alternative names, as OpenSSL writes them; empty: an authority's.
  std::string names{"IP:127.0.0.1,DNS:localhost"};
  std::chrono::hours from{-1};
  std::chrono::hours until{1};
};

/// An authority and the files of what it has signed.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// The file that names this authority.
  std::string file() const { return (folder_ / "ca.pem").string(); }
  /// Signs. @return A file with the certificate and its key.
  std::string sign(const Certificate& wanted) const;

 private:
  std::filesystem::path folder_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace gauntlet::sim
