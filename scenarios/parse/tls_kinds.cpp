#include "scenarios/parse/tls_kinds.hpp"

#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"

namespace gauntlet::scenarios {

Kind<TlsClientOptions> tls_client() {
  return Record<TlsClientOptions>{"tls-client",
                                  "Whom clients believe over TLS, and who they are. Files are PEM, "
                                  "and found from the folder in which gauntlet is started."}
      .key("ca", &TlsClientOptions::ca, text("ca.pem"),
           "The authorities to trust, instead of the system's.")
      .key("insecure", &TlsClientOptions::insecure, boolean(),
           "Believe anybody. The report warns of it.")
      .key("certificate", &TlsClientOptions::certificate, text("client.pem"),
           "The clients' own certificate, with its chain, for servers that ask for one.")
      .key("key", &TlsClientOptions::key, text("client.key"),
           "Its private key. Without it: in the certificate's file.")
      .rule(
          "certificate", "key",
          [](const TlsClientOptions& tls) { return tls.certificate || !tls.key; },
          "together with `certificate`")
      .kind();
}

Kind<TlsServerOptions> tls_server() {
  return Record<TlsServerOptions>{"tls-server",
                                  "Who an embedded server is over TLS. Files are PEM, and found "
                                  "from the folder in which gauntlet is started."}
      .required("certificate", &TlsServerOptions::certificate, text("server.pem"),
                "Its certificate, with its chain. Clients in the same run reach it at 127.0.0.1.")
      .key("key", &TlsServerOptions::key, text("server.key"),
           "Its private key. Without it: in the certificate's file.")
      .key("client_ca", &TlsServerOptions::client_ca, text("clients-ca.pem"),
           "The authorities of which a client must have a certificate. Without it, none is asked.")
      .kind();
}

}  // namespace gauntlet::scenarios
