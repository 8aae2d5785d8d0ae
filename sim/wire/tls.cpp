#include "sim/wire/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "sim/wire/tls_words.hpp"

namespace gauntlet::sim::wire {
namespace {

using Context = std::shared_ptr<ssl_ctx_st>;
using Problem = std::optional<std::string>;

Context new_context(const SSL_METHOD* method) {
  Context context{SSL_CTX_new(method), SSL_CTX_free};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  // An idle connection keeps no record buffers.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  // Else OpenSSL would ask for the passphrase of a key at the terminal.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  ERR_clear_error();
  return context;
}

Problem show(const Context& context, const std::string& certificate,
             const std::optional<std::string>& own_key) {
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1)
    return "the certificate " + certificate + " cannot be used: " + first_tls_error();
  const std::string& key = own_key.value_or(certificate);
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    return "the key " + key + " cannot be used: " + first_tls_error() +
           " (it must be PEM, without a passphrase, and fit the certificate)";
  return std::nullopt;
}

Problem trust(const Context& context, const std::string& authorities) {
  if (SSL_CTX_load_verify_file(context.get(), authorities.c_str()) == 1) return std::nullopt;
  return "the authorities in " + authorities + " cannot be used: " + first_tls_error();
}

Problem trust(const Context& context, const TlsClientOptions& options) {
  if (options.insecure) return std::nullopt;
  if (options.ca) return trust(context, *options.ca);
  SSL_CTX_set_default_verify_paths(context.get());
  return std::nullopt;
}

Problem ask_for_certificates(const Context& context, const std::string& authorities) {
  if (auto problem = trust(context, authorities)) return problem;
  SSL_CTX_set_client_CA_list(context.get(), SSL_load_client_CA_file(authorities.c_str()));
  static constexpr unsigned char kSessions[] = "gauntlet";  // a client may resume its own
  SSL_CTX_set_session_id_context(context.get(), kSessions, sizeof kSessions);
  return std::nullopt;
}

TlsStream* stream_of(const ssl_st* ssl) { return static_cast<TlsStream*>(SSL_get_app_data(ssl)); }

}  // namespace

// OpenSSL reads from what was fed and writes to what is to be sent, with no buffer in between.
struct TlsStream::Glue {
  static int take(BIO* bio, char* into, int size) {
    auto& from = static_cast<TlsStream*>(BIO_get_data(bio))->incoming_;
    BIO_clear_retry_flags(bio);
    if (from.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t taken = std::min(from.size(), static_cast<std::size_t>(size));
    std::memcpy(into, from.data(), taken);
    from = from.subspan(taken);
    return static_cast<int>(taken);
  }

  static int put(BIO* bio, const char* from, int size) {
    static_cast<TlsStream*>(BIO_get_data(bio))
        ->sealed_.append(from, static_cast<std::size_t>(size));
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* method() {
    static BIO_METHOD* const kMethod = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gauntlet");
      BIO_meth_set_read(made, take);
      BIO_meth_set_write(made, put);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return kMethod;
  }

  static void attach(TlsStream& stream) {
    BIO* bio = BIO_new(method());
    BIO_set_data(bio, &stream);
    BIO_set_init(bio, 1);
    SSL_set_bio(stream.ssl_.get(), bio, bio);
    SSL_set_app_data(stream.ssl_.get(), &stream);
  }

  // Whoever is not believed is remembered in words: afterwards, OpenSSL no longer knows.
  static int judge(int believed, X509_STORE_CTX* chain) {
    if (believed == 1) return 1;
    const auto* ssl = static_cast<const ssl_st*>(
        X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    stream_of(ssl)->why_ = why_distrusted(chain);
    return 0;
  }

  static int asked(ssl_st* ssl, void*) {
    stream_of(ssl)->asked_ = true;
    return 1;
  }
};

Result<TlsContext, std::string> TlsContext::client(const TlsClientOptions& options) {
  const Context context = new_context(TLS_client_method());
  if (auto problem = trust(context, options)) return gauntlet::fail(std::move(*problem));
  if (options.certificate)
    if (auto problem = show(context, *options.certificate, options.key))
      return gauntlet::fail(std::move(*problem));
  SSL_CTX_set_verify(context.get(), options.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     options.insecure ? nullptr : &TlsStream::Glue::judge);
  return TlsContext{context};
}

Result<TlsContext, std::string> TlsContext::server(const TlsServerOptions& options) {
  const Context context = new_context(TLS_server_method());
  if (auto problem = show(context, options.certificate, options.key))
    return gauntlet::fail(std::move(*problem));
  if (options.client_ca) {
    if (auto problem = ask_for_certificates(context, *options.client_ca))
      return gauntlet::fail(std::move(*problem));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       &TlsStream::Glue::judge);
  }
  return TlsContext{context};
}

void TlsStream::FreeSsl::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(const TlsContext& context, const std::string& host)
    : ssl_{SSL_new(context.context_.get())} {
  Glue::attach(*this);
  SSL_set_connect_state(ssl_.get());
  SSL_set_cert_cb(ssl_.get(), &Glue::asked, nullptr);
  static constexpr unsigned char kProtocols[] = "\x08http/1.1";
  SSL_set_alpn_protos(ssl_.get(), kProtocols, sizeof kProtocols - 1);
  // What is no address, though it looks like one ("127.1"), is a name: somebody's must be checked.
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) != 1) {
    // The macro for it has an old-style cast in it.
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
    SSL_set1_host(ssl_.get(), host.c_str());
  }
}

TlsStream::TlsStream(const TlsContext& context) : ssl_{SSL_new(context.context_.get())} {
  Glue::attach(*this);
  SSL_set_accept_state(ssl_.get());
}

TlsStream::~TlsStream() = default;

void TlsStream::shake_hands() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1)
    state_ = State::open;
  else if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ)
    fail();
}

std::size_t TlsStream::read(std::span<char> into) {
  if (state_ == State::shaking_hands) shake_hands();
  if (state_ != State::open) return 0;
  ERR_clear_error();
  std::size_t size = 0;
  const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
  if (done == 1) return size;
  const int error = SSL_get_error(ssl_.get(), done);
  if (error == SSL_ERROR_ZERO_RETURN)
    state_ = State::ended;
  else if (error != SSL_ERROR_WANT_READ)
    fail();
  return 0;
}

void TlsStream::write(std::string_view plaintext) {
  if (plaintext.empty() || state_ == State::shaking_hands || state_ == State::failed) return;
  ERR_clear_error();
  std::size_t size = 0;
  if (SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &size) != 1) fail();
}

void TlsStream::close() {
  if (state_ == State::shaking_hands || state_ == State::failed) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

void TlsStream::fail() {
  state_ = State::failed;
  if (why_.empty()) why_ = why_broken();
}

std::optional<std::string> why_not(const TlsContext& client, const std::string& host,
                                   const TlsContext& server) {
  TlsStream caller{client, host};
  TlsStream answerer{server};
  caller.start();
  const auto hand_over = [](TlsStream& from, TlsStream& to) {
    const std::string sealed = std::exchange(from.sealed(), {});
    std::array<char, 1024> nothing{};
    to.feed(sealed);
    while (to.read(nothing) > 0) continue;
  };
  while (!caller.sealed().empty() || !answerer.sealed().empty()) {
    hand_over(caller, answerer);
    hand_over(answerer, caller);
  }
  if (caller.state() == TlsStream::State::failed) return caller.why();
  if (answerer.state() == TlsStream::State::failed) return answerer.why();
  return std::nullopt;
}

}  // namespace gauntlet::sim::wire
