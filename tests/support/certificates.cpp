#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>

namespace gauntlet::sim {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Cert = std::shared_ptr<X509>;

Key new_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

void extend(X509* certificate, int what, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_nconf_nid(nullptr, nullptr, what, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// @param issuer  null: it signs itself.
Cert new_certificate(const Certificate& wanted, const Key& key, const std::string& name,
                     const Cert& issuer, const Key& issuer_key) {
  static int serial = 0;
  Cert made{X509_new(), X509_free};
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), std::chrono::seconds{wanted.from}.count());
  X509_gmtime_adj(X509_getm_notAfter(made.get()), std::chrono::seconds{wanted.until}.count());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer ? issuer.get() : made.get()));
  X509_set_pubkey(made.get(), key.get());
  if (wanted.names.empty())
    extend(made.get(), NID_basic_constraints, "critical,CA:TRUE");
  else
    extend(made.get(), NID_subject_alt_name, wanted.names);
  X509_sign(made.get(), issuer_key.get(), EVP_sha256());
  return made;
}

void write(const std::filesystem::path& file, const Cert& certificate, const Key& key) {
  std::FILE* out = std::fopen(file.c_str(), "w");
  PEM_write_X509(out, certificate.get());
  PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
}

std::filesystem::path new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "gauntlet-tls-XXXXXX").string();
  return mkdtemp(name.data());
}

}  // namespace

Authority::Authority()
    : folder_{new_folder()},
      key_{new_key()},
      certificate_{new_certificate({.names = ""}, key_, "An authority", nullptr, key_)} {
  write(file(), certificate_, key_);
}

Authority::~Authority() { std::filesystem::remove_all(folder_); }

std::string Authority::sign(const Certificate& wanted) const {
  const Key key = new_key();
  const Cert made = new_certificate(wanted, key, "Signed", certificate_, key_);
  const long serial = ASN1_INTEGER_get(X509_get0_serialNumber(made.get()));
  const std::filesystem::path path = folder_ / (std::to_string(serial) + ".pem");
  write(path, made, key);
  return path.string();
}

}  // namespace gauntlet::sim
