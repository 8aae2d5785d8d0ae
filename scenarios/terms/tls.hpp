// How to meet the other end of a TLS connection. Files are PEM.
#pragma once

#include <optional>
#include <string>

namespace gauntlet {

/// Whom a client believes, and who it is.
struct TlsClientOptions {
  std::optional<std::string> ca;           // a file of authorities; without: the system's
  bool insecure{false};                    // believe anybody
  std::optional<std::string> certificate;  // the client's own, with its chain
  std::optional<std::string> key;          // without: in the certificate's file
  bool operator==(const TlsClientOptions&) const = default;
};

/// Who a server is, and whom it lets in.
struct TlsServerOptions {
  std::string certificate;         // with its chain
  std::optional<std::string> key;  // without: in the certificate's file
  /// A file of authorities; a client needs a certificate from one of them. Without: none is asked.
  std::optional<std::string> client_ca;
  bool operator==(const TlsServerOptions&) const = default;
};

}  // namespace gauntlet
