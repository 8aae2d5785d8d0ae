#include "sim/wire/tls_words.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstring>
#include <ctime>
#include <memory>

namespace gauntlet::sim::wire {
namespace {

std::string day_of(const ASN1_TIME* time) {
  std::tm parts{};
  std::array<char, 16> day{};
  if (ASN1_TIME_to_tm(time, &parts) == 1) std::strftime(day.data(), day.size(), "%F", &parts);
  return day.data();
}

std::string name_in(const GENERAL_NAME& name) {
  const ASN1_STRING* content = name.type == GEN_DNS     ? name.d.dNSName
                               : name.type == GEN_IPADD ? name.d.iPAddress
                                                        : nullptr;
  if (content == nullptr) return {};
  const unsigned char* bytes = ASN1_STRING_get0_data(content);
  const int size = ASN1_STRING_length(content);
  if (name.type == GEN_DNS) return {bytes, bytes + size};
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  return text.data();
}

// "relay.example, 127.0.0.1"
std::string names_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free};
  std::string all;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
    if (const std::string one = name_in(*sk_GENERAL_NAME_value(names.get(), i)); !one.empty())
      all += (all.empty() ? "" : ", ") + one;
  return all.empty() ? "no name" : all;
}

}  // namespace

std::string first_tls_error() {
  const unsigned long code = ERR_peek_error();
  const char* reason =
      ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

std::string why_distrusted(x509_store_ctx_st* chain) {
  const int verdict = X509_STORE_CTX_get_error(chain);
  const X509* certificate = X509_STORE_CTX_get_current_cert(chain);
  const std::string whose =
      X509_STORE_CTX_get_error_depth(chain) == 0 ? "its certificate" : "its certificate's issuer";
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return whose + " expired on " + day_of(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return whose + " is not valid before " + day_of(X509_get0_notBefore(certificate));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "its certificate is for " + names_of(certificate) + ", and not for this address";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:  // another authority of that name
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "its certificate comes from an authority that is not trusted here (`ca` names others)";
    default:
      return whose + " cannot be trusted: " + X509_verify_cert_error_string(verdict);
  }
}

std::string why_broken() {
  const unsigned long code = ERR_peek_error();
  switch (ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return "it does not speak TLS";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "a client certificate is needed";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
      return "it does not trust our certificate's authority";
    default:
      return "TLS failed: " + first_tls_error();
  }
}

}  // namespace gauntlet::sim::wire
