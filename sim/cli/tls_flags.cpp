#include "sim/cli/tls_flags.hpp"

namespace gauntlet::sim {
namespace {

constexpr const char* kCaHelp = "Authorities to trust over TLS, a PEM file (default: the system's)";

// A file's name is text, whatever YAML would make of it.
std::string quoted(const std::string& text) {
  std::string all = "'";
  for (const char c : text) all += c == '\'' ? "''" : std::string{c};
  return all + '\'';
}

// A flag that stands for a key.
CLI::Option* add_key_flag(CLI::App& command, const char* flag, const char* what,
                          const std::string& key, std::vector<std::string>& overrides) {
  return command
      .add_option_function<std::string>(
          flag,
          [key, &overrides](const std::string& file) {
            overrides.push_back(key + '=' + quoted(file));
          },
          what)
      ->check(CLI::ExistingFile);
}

}  // namespace

void add_tls_flags(CLI::App& command, TlsClientOptions& tls) {
  command.add_option("--ca", tls.ca, kCaHelp)->check(CLI::ExistingFile);
  command.add_flag("--insecure", tls.insecure, "Believe any certificate");
  auto* certificate =
      command.add_option("--cert", tls.certificate, "Our own certificate, for servers that ask");
  certificate->check(CLI::ExistingFile);
  command.add_option("--key", tls.key, "Its private key (default: in the certificate's file)")
      ->check(CLI::ExistingFile)
      ->needs(certificate);
}

void add_ca_flag(CLI::App& command, std::vector<std::string>& overrides) {
  add_key_flag(command, "--ca", kCaHelp, "targets.tls.ca", overrides);
}

void add_certificate_flags(CLI::App& command, std::vector<std::string>& options) {
  auto* certificate = add_key_flag(command, "--cert", "Serve https and wss with this certificate",
                                   "tls.certificate", options);
  add_key_flag(command, "--key", "Its private key (default: in the certificate's file)", "tls.key",
               options)
      ->needs(certificate);
  add_key_flag(command, "--client-ca",
               "Let in only clients with a certificate of these authorities", "tls.client_ca",
               options)
      ->needs(certificate);
}

}  // namespace gauntlet::sim
